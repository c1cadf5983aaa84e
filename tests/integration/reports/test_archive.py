"""Reports are made once, sent to their owners, caught up after an outage, and never changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests import factories
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.reports.periodic import archive, plans, rendering
from ticketing.reports.periodic.models import PeriodicReport, ReportDelivery
from ticketing.reports.periodic.periods import Rhythm
from ticketing.reports.periodic.plans import Owner, Plan
from ticketing.tasks import Worker
from ticketing.tickets.letter_pdf import PdfUnavailable


@pytest.fixture
def boss(database: Database, clock: FixedClock) -> Actor:
    """A supervisor; there has been a complaint for some weeks."""
    with database.transaction() as session:
        factories.company(session, clock)
        person = factories.staff(session, role="supervisor")
        early = FixedClock(datetime(2026, 10, 5, 2, 0, tzinfo=UTC))
        factories.complaint(session, early, of=factories.customer(session, early))
        return factories.actor_of(person)


@pytest.fixture
def unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Pango: printing takes seconds and is tested once."""

    def refuse(*_given: object, **_more: object) -> bytes:
        raise PdfUnavailable("no Pango")

    monkeypatch.setattr(rendering, "press", refuse)


def plan(database: Database, clock: FixedClock, boss: Actor, rhythm: Rhythm, *owners: Owner, at: int = 480) -> None:
    with database.transaction() as session:
        seen = getattr(plans.plan(session, rhythm)[1], "version", 0)
        plans.edit(session, clock=clock, actor=boss, given=Plan(rhythm, at, owners), seen=seen)


def only(database: Database, clock: FixedClock, boss: Actor, rhythm: Rhythm, *owners: Owner) -> None:
    """Nobody wants the other reports."""
    for each in Rhythm:
        plan(database, clock, boss, each, *(owners if each is rhythm else ()))


def made(database: Database) -> list[tuple[str, date, str]]:
    with database.reading() as session:
        rows = session.scalars(select(PeriodicReport).order_by(PeriodicReport.starts_on, PeriodicReport.language))
        return [(row.rhythm, row.starts_on, row.language) for row in rows]


@pytest.mark.usefixtures("unprinted")
def test_a_due_report_is_made_once_in_each_language_and_told_once(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.WEEKLY, Owner("zh", role="supervisor"), Owner("en", staff_id=boss.id))
    for _ in range(2):
        archive.make_due(database, clock=clock, settings=settings)
    assert made(database) == [("weekly", date(2026, 11, 16), "en"), ("weekly", date(2026, 11, 16), "zh")]
    with database.reading() as session:
        notices = session.scalars(select(StaffNotice).where(StaffNotice.code == "report_ready")).all()
        assert [notice.words["zh"]["title"] for notice in notices] == ["Weekly complaint and risk report"]


@pytest.mark.usefixtures("unprinted")
def test_nothing_is_made_before_its_hour(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.DAILY)
    plan(database, clock, boss, Rhythm.DAILY, Owner("zh", role="supervisor"), at=10 * 60 + 1)
    archive.make_due(database, clock=clock, settings=settings)
    assert made(database) == []
    clock.advance(minutes=1)
    archive.make_due(database, clock=clock, settings=settings)
    assert made(database) == [("daily", date(2026, 11, 22), "zh")]


@pytest.mark.usefixtures("unprinted")
def test_after_an_outage_missed_reports_are_made_up_for(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.DAILY, Owner("zh", role="supervisor"))
    archive.make_due(database, clock=clock, settings=settings)
    clock.advance(days=3)
    archive.make_due(database, clock=clock, settings=settings)
    assert [row[1].day for row in made(database)] == [22, 23, 24, 25]


def test_the_mail_carries_the_pdf_and_sending_again_is_another_round(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.WEEKLY, Owner("zh", role="supervisor"))
    archive.make_due(database, clock=clock, settings=settings)
    with database.transaction() as session:
        assert archive.send_again(session, clock=clock, actor=boss, report_id=1) == 1
    Worker(settings, database, clock).deliver()
    mails = [path.read_bytes() for path in Path(settings.mail_dir).glob("*.eml")]
    assert len(mails) == 2
    assert all(b"application/pdf" in mail for mail in mails)
    with database.reading() as session:
        assert list(session.scalars(select(ReportDelivery.round).order_by(ReportDelivery.round))) == [1, 2]
        report = archive.by_id(session, 1, whole=True)
        assert report.pdf is not None
        assert report.pdf.startswith(b"%PDF")
        assert archive.unchanged(report)


@pytest.mark.usefixtures("unprinted")
def test_a_report_somebody_asked_for_early_is_still_sent_when_it_is_due(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.DAILY, Owner("zh", role="supervisor"))
    with database.transaction() as session:
        zone = ZoneInfo(settings.time_zone)
        archive.order(
            session, clock=clock, actor=boss, rhythm="daily", day=date(2026, 11, 22), language="zh", zone=zone
        )
    Worker(settings, database, clock).deliver()
    for _ in range(2):
        archive.make_due(database, clock=clock, settings=settings)
    with database.reading() as session:
        assert list(session.scalars(select(ReportDelivery.round))) == [1]
    assert len(made(database)) == 1


@pytest.mark.usefixtures("unprinted")
def test_an_archived_report_cannot_be_changed(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    only(database, clock, boss, Rhythm.WEEKLY, Owner("zh", role="supervisor"))
    archive.make_due(database, clock=clock, settings=settings)
    with pytest.raises(TypeError, match="archived"), database.transaction() as session:
        archive.by_id(session, 1, whole=True).html = "…"


@pytest.mark.usefixtures("unprinted")
def test_a_report_asked_for_is_made_by_the_worker_up_to_now_and_sent_to_nobody(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor
) -> None:
    zone = ZoneInfo(settings.time_zone)
    with database.transaction() as session:
        for _ in range(2):
            archive.order(
                session, clock=clock, actor=boss, rhythm="monthly", day=date(2026, 11, 9), language="en", zone=zone
            )
        assert archive.ordered(session, staff_id=boss.id) == 1
    Worker(settings, database, clock).deliver()
    assert made(database) == [("monthly", date(2026, 11, 1), "en")]
    with database.reading() as session:
        assert archive.ordered(session, staff_id=boss.id) == 0
        assert not archive.by_id(session, 1).finished
        assert session.scalars(select(StaffNotice)).all() == []


@pytest.mark.parametrize(
    ("rhythm", "day", "language"),
    [
        ("yearly", date(2026, 11, 9), "zh"),
        ("daily", date(2026, 11, 24), "zh"),
        ("daily", None, "zh"),
        ("daily", date(2026, 11, 9), "fr"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    database: Database, clock: FixedClock, settings: Settings, boss: Actor, rhythm: str, day: date | None, language: str
) -> None:
    zone = ZoneInfo(settings.time_zone)
    with pytest.raises(DomainError, match="report_period_invalid"), database.transaction() as session:
        archive.order(session, clock=clock, actor=boss, rhythm=rhythm, day=day, language=language, zone=zone)


def test_a_report_goes_to_nobody_who_may_not_read_it(database: Database, clock: FixedClock, boss: Actor) -> None:
    with database.transaction() as session:
        agent = factories.staff(session)
    with pytest.raises(DomainError, match="report_plan_invalid"):
        plan(database, clock, boss, Rhythm.DAILY, Owner("zh", staff_id=agent.id))
    with pytest.raises(DomainError, match="report_plan_invalid"):
        plan(database, clock, boss, Rhythm.DAILY, Owner("zh", role="supervisor"), Owner("en", role="supervisor"))
