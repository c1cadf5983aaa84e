"""Tickets through their whole life in any order: what people, customers, time and the worker do, drawn at random.

After every step the promises are what the slow twin sees, and nothing is possible that docs/process.md does not allow.
`KESU_LIVES` says how many lives are tried (20 unless told).
"""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as tuned
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.integration.tickets.life_deeds import BEGIN, CATEGORIES, Deeds
from tests.integration.tickets.life_office import PEOPLE, Office
from ticketing import tables
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tickets import letter_pdf, links, pausing

LIVES = int(os.environ.get("KESU_LIVES", "20"))
STEPS_EACH = 25
SAID = (
    "转账两千块没到账",
    "页面一直转圈",
    "再不处理我就去投诉到监管部门，还要找媒体曝光",
    "你们就是诈骗，骗走了我的养老钱",
)
CLOCKS = ("investigation", "resolution", "first_reply", "statutory")
LEVELS = ("normal", "serious", "critical")
OUT_OF_TURN = ("record_findings", "decide", "draft", "send", "close")
TIMES = [
    {"minutes": 1},
    {"minutes": 29},
    {"hours": 3},
    {"hours": 23, "minutes": 59},
    {"hours": 24},
    {"days": 2},
    {"days": 6},
]
# Mostly whoever fits, so that lives go on; else anybody, so that refusals are tried.
person = st.sampled_from(["fit"] * 8 + list(PEOPLE) + ["customer"])
which = st.integers(0, 5)
colleague = st.sampled_from(list(PEOPLE))
words = st.sampled_from(["已核查", "客户来电说明", "  "])


class Lives(Deeds, RuleBasedStateMachine):
    """Each rule is one thing that happens."""

    def __init__(self, template: Path, folder: Path, options: Settings, numbers: itertools.count[int]) -> None:
        super().__init__()
        self.path = folder / f"life-{next(numbers)}.sqlite3"
        shutil.copy(template, self.path)
        self.clock = FixedClock(BEGIN)
        self.office = Office(Database(f"sqlite:///{self.path}"), self.clock, options)
        self.tickets: list[int] = []

    @initialize(
        begun=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 30)), min_size=2, max_size=3)
    )
    def some_are_there(self, begun: list[tuple[int, int, int]]) -> None:
        """Complaints of one customer that have come some way, the last one hours later than the first."""
        for text, steps, hours in begun:
            self.complain(0, "complaint", SAID[text], 0, chat=text == 0)
            for _ in range(steps):
                self.go_on(-1, "fit")
            self.pass_time({"hours": hours}, 0, noticed=True)

    @rule(at=which, steps=st.integers(1, 6))
    def goes_its_way(self, at: int, steps: int) -> None:
        for _ in range(steps):
            self.go_on(at, "fit")

    @rule(by=st.sampled_from(TIMES), seconds=st.integers(0, 50), noticed=st.booleans())
    def time_passes(self, by: dict[str, int], seconds: int, noticed: bool) -> None:
        self.pass_time(by, seconds, noticed)

    @rule(
        at=which,
        who=person,
        what=st.sampled_from(["go_on", "claim", "give", "out_of_turn", "judge_letter"]),
        to=colleague,
        text=words,
    )
    def is_worked_on(self, at: int, who: str, what: str, to: str, text: str) -> None:
        match what:
            case "give":
                self.give(at, who, to, text)
            case "out_of_turn":
                self.out_of_turn(at, who, OUT_OF_TURN[len(to) % len(OUT_OF_TURN)], text)
            case "judge_letter":
                self.judge_letter(at, to, again=who == "fit")
            case _:
                getattr(self, what)(at, who)

    @rule(
        at=which,
        who=person,
        what=st.sampled_from(["recuse", "lift", "name_about", "regrade"]),
        out=colleague,
        text=words,
        level=st.sampled_from(LEVELS),
    )
    def people_change(self, at: int, who: str, what: str, out: str, text: str, level: str) -> None:
        match what:
            case "recuse":
                self.recuse(at, who, out, text)
            case "regrade":
                self.regrade(at, who, level, text)
            case _:
                getattr(self, what)(at, who, out)

    @rule(
        at=which,
        other=which,
        who=person,
        what=st.sampled_from(["withdraw", "reopen", "reopen", "merge", "split", "link"]),
        text=words,
        flag=st.booleans(),
    )
    def ends_or_begins(self, at: int, other: int, who: str, what: str, text: str, flag: bool) -> None:
        match what:
            case "withdraw":
                self.withdraw(at, who, text)
            case "reopen":
                self.reopen(at, who, flag, text)
            case "merge":
                self.merge(at, other, who, text)
            case "split":
                self.split(at, who, int(flag), text)
            case _:
                self.link(at, other, who, links.BY_HAND[other % 3])

    @rule(
        at=which,
        who=person,
        what=st.sampled_from(["pause", "resume", "ask", "decide", "acknowledge", "add"]),
        text=words,
        pick=st.integers(0, 3),
        flag=st.booleans(),
    )
    def clocks_are_touched(self, at: int, who: str, what: str, text: str, pick: int, flag: bool) -> None:
        match what:
            case "pause":
                self.pause(at, who, pausing.REASONS[pick])
            case "resume":
                self.resume(at, who)
            case "ask":
                self.ask_extension(at, who, text)
            case "decide":
                self.decide_extension(at, ("zhao", "sun", "zhou", "chen")[pick], flag, text)
            case "acknowledge":
                self.acknowledge(at, who, CLOCKS[pick])
            case _:
                self.add(at, SAID[pick], flag)

    @rule(at=which, who=person, what=st.sampled_from(["deliver", "refuse", "opened", "person", "bounced"]))
    def letters_arrive(self, at: int, who: str, what: str) -> None:
        if what in ("deliver", "refuse"):
            self.deliver(what == "refuse")
        else:
            self.arrive(at, what, who)

    @rule(
        what=st.sampled_from(["complain", "publish", "holiday", "work_off", "answer_survey"]),
        pick=st.integers(0, 3),
        flag=st.booleans(),
    )
    def the_company_goes_on(self, what: str, pick: int, flag: bool) -> None:
        match what:
            case "complain":
                self.complain(pick % 2, "enquiry" if pick == 3 else "complaint", SAID[pick], int(flag), chat=flag)
            case "publish":
                self.publish((12, 40, 96, 60)[pick], running=flag, category=None if pick < 3 else CATEGORIES[0])
            case "holiday":
                self.holiday(pick)
            case "work_off":
                self.work_off()
            case _:
                self.answer_survey(pick + 1)

    @invariant()
    def sound(self) -> None:
        self.office.assert_sound()

    def teardown(self) -> None:
        try:
            self.office.assert_books_agree()
        finally:
            self.office.database.dispose()
            for left in self.path.parent.glob(f"{self.path.name}*"):
                left.unlink()


def _no_pdf(*_args: object, **_fields: object) -> bytes:
    raise letter_pdf.PdfUnavailable("as on a machine without Pango, which spares the second that each takes")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A database of a company that has not received anything yet."""
    path = tmp_path / "template.sqlite3"
    database, clock = Database(f"sqlite:///{path}"), FixedClock(BEGIN)
    tables.metadata.create_all(database.engine)
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        for login, role in PEOPLE.items():
            member = factories.staff(session, role=role, team=team)
            member.login = member.name = login
        for _ in range(2):
            factories.customer(session, clock)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.mark.timeout(0)
def test_whatever_happens_in_whatever_order_promises_and_process_hold(
    template: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_pdf, "press", _no_pdf)
    numbers = itertools.count(1)
    run_state_machine_as_test(
        lambda: Lives(template, tmp_path, settings, numbers),
        settings=tuned(
            max_examples=LIVES, stateful_step_count=STEPS_EACH, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip
