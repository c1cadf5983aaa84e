"""What may happen to tickets in test_life_cycle.py, one deed at a time, by the product's own services."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests import factories
from tests.integration.promises.conftest import with_resolution
from tests.integration.tickets.life_office import Office
from ticketing.conversations import service as conversing
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.errors import DomainError
from ticketing.sla import drafts
from ticketing.sla import rollouts as asked_for
from ticketing.sla import service as sla
from ticketing.sla.drafts import newest_version
from ticketing.staff.models import Staff
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey
from ticketing.tickets import (
    acknowledging,
    deliveries,
    extensions,
    judging,
    letters,
    links,
    merging,
    pausing,
    recusal,
    service,
    splitting,
)
from ticketing.tickets.models import Letter, Ticket

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}
CATEGORIES = ("transaction_dispute", "system_failure")


class Deeds:
    """``at`` names a ticket by its place, ``who`` a colleague by login, ``customer``, or ``fit``: whoever may."""

    office: Office
    clock: FixedClock
    tickets: list[int]

    def complain(self, of: int, kind: str, text: str, category: int, chat: bool) -> None:
        with self.office.database.transaction() as session:
            customer = session.get_one(Customer, self.office.customers[of].id)
            talk = (
                conversing.open_conversation(session, clock=self.clock, customer=customer, language="zh")
                if chat
                else None
            )
            made = factories.complaint(
                session, self.clock, of=customer, conversation_id=talk.id if talk else None, kind=kind,
                description=text, category=CATEGORIES[category],
            )  # fmt: skip
            self.tickets.append(made.id)

    def claim(self, at: int, who: str) -> None:
        self.do("claim", at, who if who != "fit" else "chen", service.claim)

    def give(self, at: int, who: str, to: str, note: str) -> None:
        with self.office.look(self.id(at)) as (_, ticket):
            owner_id, status = ticket.owner_id, ticket.status
        actor = self.actor(at, who)
        giving = owner_id is None or status == "accepted"
        step = "assign" if giving else "hand_over" if owner_id == actor.staff_id else "reassign"
        self.office.attempt(
            step, self.id(at), actor, service.reassign,
            to=lambda session: session.get_one(Staff, self.office.staff[to].id), note=note,
        )  # fmt: skip

    def go_on(self, at: int, who: str) -> None:
        """The next step on the usual way."""
        with self.office.look(self.id(at)) as (session, ticket):
            status, letter = ticket.status, letters.latest(session, ticket=ticket)
            standing = letters.state_of(ticket, letter)
        if status == "accepted":
            self.claim(at, who)
        elif status == "investigating":
            self.do("record_findings", at, who, service.record_findings, findings="银行侧排队")
        elif status == "resolving":
            self.do("decide", at, who, service.decide, **DECISION)
        elif standing in ("none", "outdated", "returned"):
            self.do("draft", at, who, letters.draft)
        elif standing == "waiting":
            self.do("approve", at, "li" if who == "fit" else who, letters.approve)
        elif standing == "approved":
            self.do("send", at, who, letters.send)
        elif standing == "sent":
            self.deliver(False)
        else:
            self.do("close", at, who, service.close)

    def out_of_turn(self, at: int, who: str, what: str, text: str) -> None:
        act = {"draft": letters.draft, "send": letters.send}.get(what) or getattr(service, what)
        fields: dict[str, Any] = {"record_findings": {"findings": text}, "decide": DECISION | {"cause": text}}.get(
            what, {}
        )
        self.do(what, at, who, act, **fields)

    def judge_letter(self, at: int, who: str, again: bool) -> None:
        if again:
            self.do("approve", at, who, letters.return_for_changes, comment="请写明到账时间")
        elif self.do("approve", at, who, letters.approve):
            self.assert_not_kept_out(at, who)

    def deliver(self, refused: bool) -> None:
        self.office.refuses_mail = refused
        self.office.by_itself(self.office.worker.deliver)

    def arrive(self, at: int, how: str, who: str) -> None:
        """The letter that is still on its way, of whichever round, or else the latest."""
        with self.office.look(self.id(at)) as (session, ticket):
            sent = select(Letter).where(Letter.ticket_id == ticket.id, Letter.sent_at.is_not(None))
            letter = session.scalars(sent.order_by(Letter.delivered_at.is_not(None), Letter.id.desc())).first()
        if letter is None:
            return
        actor = self.actor(at, who)
        if how == "opened":
            self.office.attempt(
                "deliver", self.id(at), self.customer(at), _without_ticket(deliveries.opened), letter=letter
            )
        elif how == "person" and actor.kind == "staff":
            self.office.attempt(
                None,
                self.id(at),
                actor,
                _without_ticket(deliveries.by_person),
                letter=letter,
                how="called",
                note="已告知",
            )
        elif how == "bounced":
            self.office.attempt(None, self.id(at), actor, deliveries.bounced, letter=letter)

    def reopen(self, at: int, who: str, about: bool, reason: str) -> None:
        actor = self.customer(at) if who == "fit" else self.actor(at, who)
        self.office.attempt("reopen", self.id(at), actor, service.reopen, reason=reason, about_handling=about)

    def withdraw(self, at: int, who: str, evidence: str) -> None:
        self.do("withdraw", at, who, service.withdraw, reason="已解决", evidence=evidence)

    def add(self, at: int, text: str, of: bool) -> None:
        actor = self.customer(at) if of else self.actor(at, "fit")
        self.office.attempt("add", self.id(at), actor, service.add_to, text=text)

    def merge(self, at: int, other: int, who: str, reason: str) -> None:
        into = lambda session: session.get_one(Ticket, self.id(other))  # noqa: E731
        self.do("merge", at, "li" if who == "fit" else who, merging.merge, into=into, reason=reason)

    def split(self, at: int, who: str, category: int, text: str) -> None:
        self.do("split", at, who, splitting.split, description=text, category=CATEGORIES[category])
        with self.office.database.reading() as session:
            self.tickets = list(session.scalars(select(Ticket.id).order_by(Ticket.id)))

    def link(self, at: int, other: int, who: str, kind: str) -> None:
        self.do("link", at, who, links.add, other=lambda session: session.get_one(Ticket, self.id(other)), kind=kind)

    def pause(self, at: int, who: str, reason: str) -> None:
        self.do("pause", at, who, pausing.pause, reason=reason)

    def resume(self, at: int, who: str) -> None:
        self.do("resume", at, who, pausing.resume)

    def ask_extension(self, at: int, who: str, reason: str) -> None:
        self.do("request_extension", at, who, extensions.request, reason=reason)

    def decide_extension(self, at: int, who: str, grant: bool, reason: str) -> None:
        with self.office.look(self.id(at)) as (session, ticket):
            asked = extensions.of_round(session, ticket=ticket)
        if asked and self.do(
            "decide_extension", at, who, extensions.approve if grant else extensions.refuse,
            extension_id=asked[-1].id, reason=reason,
        ):  # fmt: skip
            assert asked[-1].requested_by != self.office.staff[who].id

    def recuse(self, at: int, who: str, out: str, reason: str) -> None:
        """A lead keeps somebody out, or they say so themselves."""
        if who == "fit":
            member = lambda session: session.get_one(Staff, self.office.staff[out].id)  # noqa: E731
            self.do("recuse", at, "li", recusal.impose, member=member, reason=reason)
        else:
            self.do("recuse", at, who, recusal.declare, reason=reason)

    def lift(self, at: int, who: str, out: str) -> None:
        self.do(None, at, who, recusal.lift, staff_id=self.office.staff[out].id)

    def name_about(self, at: int, who: str, out: str) -> None:
        """It is about a colleague, or after all about none."""
        named = out if who == "fit" else None
        member = lambda session: session.get_one(Staff, self.office.staff[named].id) if named else None  # noqa: E731
        self.do(None, at, "li" if who == "fit" else who, recusal.name_about, member=member)

    def regrade(self, at: int, who: str, level: str, reason: str) -> None:
        self.do(None, at, "li" if who == "fit" else who, judging.change, level=level, reason=reason)

    def acknowledge(self, at: int, who: str, name: str) -> None:
        self.do(None, at, who, acknowledging.acknowledge, settings=self.office.settings, clock_name=name, note="在处理")

    def publish(self, hours: int, running: bool, category: str | None) -> None:
        # What a ticket is promised changes at an instant of its own: nothing else happens in that microsecond outside of tests.
        self.clock.advance(seconds=1)
        draft = with_resolution(hours, **({"category": category} if category else {}))
        # One class has at most one policy of its own: what cannot be published is refused, and nothing is rolled out.
        with contextlib.suppress(DomainError), self.office.database.transaction() as session:
            seen = newest_version(session, draft.code) if draft.code else None
            drafts.publish(
                session,
                clock=self.clock,
                actor=self.office.staff["zhao"],
                draft=draft,
                seen=seen.version if seen else 0,
                running=running,
            )
        self.office.by_itself(self.office.worker.roll_out)
        self.clock.advance(seconds=1)

    def holiday(self, days: int) -> None:
        on: date = (self.clock.now() + timedelta(days=days)).date()
        with self.office.database.transaction() as session:
            actor = self.office.staff["zhao"]
            sla.set_day(
                session, clock=self.clock, actor=actor, calendar="cn_office", on=on, kind="holiday", name="店庆"
            )
            asked_for.ask_for_calendar(session, clock=self.clock, actor=actor, calendar="cn_office")
        self.office.by_itself(self.office.worker.roll_out)

    def pass_time(self, by: dict[str, int], seconds: int, noticed: bool) -> None:
        self.clock.advance(**by, seconds=seconds)
        if noticed:
            self.office.sweep()

    def work_off(self) -> None:
        """What the worker does beside."""
        for task in (
            self.office.worker.assign,
            self.office.worker.remind,
            self.office.worker.ask,
            self.office.worker.digest,
        ):
            self.office.by_itself(task)

    def answer_survey(self, mark: int) -> None:
        with self.office.database.transaction() as session:
            asked = session.scalars(
                select(Survey).where(Survey.answered_at.is_(None), Survey.expires_at > self.clock.now())
            )
            for survey in asked.all():
                actor = Actor(kind="customer", id=survey.customer_id, conversation_id=None, language="zh")
                surveys.answer(
                    session, clock=self.clock, actor=actor, survey=survey, speed=mark, completeness=mark, solution=mark,
                    comment="还行",
                )  # fmt: skip

    def do(self, step: str | None, at: int, who: str, act: Any, **fields: Any) -> bool:
        return self.office.attempt(step, self.id(at), self.actor(at, who), act, **fields)

    def id(self, at: int) -> int:
        return self.tickets[at % len(self.tickets)]

    def actor(self, at: int, who: str) -> Actor:
        """Somebody by name; who fits is the ticket's owner, or an agent while it has none."""
        if who == "customer":
            return self.customer(at)
        if who != "fit":
            return self.office.staff[who]
        with self.office.look(self.id(at)) as (_, ticket):
            return next(
                (each for each in self.office.staff.values() if each.id == ticket.owner_id), self.office.staff["wang"]
            )

    def customer(self, at: int) -> Actor:
        with self.office.look(self.id(at)) as (_, ticket):
            return next(each for each in self.office.customers if each.id == ticket.customer_id)

    def assert_not_kept_out(self, at: int, who: str) -> None:
        with self.office.look(self.id(at)) as (session, ticket):
            assert self.office.staff[who].id not in recusal.kept_out(session, ticket)


def _without_ticket(act: Any) -> Any:
    """Some services find the ticket by its letter."""
    return lambda session, *, ticket, **fields: act(session, **fields)
