"""Making reports, once each, and sending them to their owners. The worker does it; a person may ask for one in between."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, undefer

from ticketing.audit import service as audit
from ticketing.notify import service as notify
from ticketing.notify.channels import Attachment
from ticketing.notify.rules import Mode, Recipient
from ticketing.platform import outbox
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.platform.outbox import OutboxMessage, Receipt
from ticketing.platform.settings import Settings
from ticketing.reports.periodic import figures as collecting
from ticketing.reports.periodic import month, plans, rendering, wording
from ticketing.reports.periodic.models import PeriodicReport, ReportDelivery
from ticketing.reports.periodic.periods import Period, Rhythm, finished
from ticketing.tickets import letter_pdf

CHANNEL = "report"
SUBJECT = "periodic_report"
CAUGHT_UP = {Rhythm.DAILY: 7, Rhythm.WEEKLY: 4, Rhythm.MONTHLY: 3}
"""How many periods back are made up for after an outage."""


def make_due(database: Database, *, clock: Clock, settings: Settings) -> int:
    """Make the reports of finished periods that are missing, the oldest first; gives how many.

    Missed ones are made up for ``CAUGHT_UP`` periods back.
    """
    zone, made = ZoneInfo(settings.time_zone), 0
    for rhythm in Rhythm:
        with database.reading() as session:
            plan, _row = plans.plan(session, rhythm)
            missing = _missing(session, plan, clock.now(), zone)
        for period, language in missing:
            report_id = make(
                database, clock=clock, settings=settings, period=period, until=period.ends_at, language=language,
                actor=SYSTEM,
            )  # fmt: skip
            with database.transaction() as session:
                _send_first(session, clock=clock, report_id=report_id)
            made += 1
    return made


def make(
    database: Database,
    *,
    clock: Clock,
    settings: Settings,
    period: Period,
    until: datetime,
    language: str,
    actor: Actor,
) -> int:
    """One report, made unless it is there; gives its id. Drawing and printing happen outside any transaction."""
    with database.reading() as session:
        found = session.scalar(_same(period, until, language))
        if found is not None:
            return found
        figures = collecting.collect(session, period=period, until=until)
        if period.rhythm is Rhythm.MONTHLY:
            figures["performance"] = month.performance(session, period=period, until=until)
    made_at = clock.now()
    html = rendering.render(figures, language=language, settings=settings, made_at=made_at)
    pdf = _pressed(html, language, figures)
    row = {
        "rhythm": period.rhythm,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "until": until,
        "finished": until >= period.ends_at,
        "language": language,
        "zone": period.zone.key,
        "figures": figures,
        "html": html,
        "sha256": hashlib.sha256(html.encode()).hexdigest(),
        "pdf": pdf,
        "pdf_sha256": hashlib.sha256(pdf).hexdigest() if pdf else None,
        "made_at": made_at,
        "made_by": actor.label,
    }
    with database.transaction() as session:
        insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        fresh = session.scalar(
            insert(PeriodicReport)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["rhythm", "starts_on", "until", "language"])
            .returning(PeriodicReport.id)
        )
        if fresh is not None:
            audit.record(
                session, clock=clock, actor=actor, action="report.made", subject=(SUBJECT, fresh),
                rhythm=period.rhythm, starts_on=period.starts_on.isoformat(), language=language, sha256=row["sha256"],
            )  # fmt: skip
            if actor is SYSTEM:
                send(session, clock=clock, actor=actor, report_id=fresh)
        return fresh or session.scalars(_same(period, until, language)).one()


def order(
    session: Session, *, clock: Clock, actor: Actor, rhythm: str, day: date | None, language: str, zone: ZoneInfo
) -> None:
    """Have the worker make a report of the period that a day is in, as far as it has come. Raises ``report_period_invalid``."""
    today = clock.now().astimezone(zone).date()
    if rhythm not in set(Rhythm) or day is None or day > today or language not in plans.LANGUAGES:
        raise DomainError("report_period_invalid")
    period = Period.holding(Rhythm(rhythm), day, zone)
    until = min(period.ends_at, clock.now().replace(second=0, microsecond=0))
    outbox.enqueue(
        session,
        clock=clock,
        channel=CHANNEL,
        dedupe_key=f"report:{rhythm}:{period.starts_on}:{until.isoformat()}:{language}",
        payload={
            "rhythm": rhythm, "day": day.isoformat(), "until": until.isoformat(), "language": language, "by": actor.id,
            "zone": zone.key,
        },
        subject=("staff", actor.id or 0),
    )  # fmt: skip


def ordered(session: Session, *, staff_id: int | None) -> int:
    """How many reports this person asked for are being made."""
    waiting = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.status == "pending", OutboxMessage.channel == CHANNEL, OutboxMessage.subject_id == staff_id
        )
    )
    return session.scalar(waiting) or 0


def deliver(settings: Settings, database: Database, clock: Clock, message: OutboxMessage) -> Receipt:
    """The outbox channel that makes reports people asked for."""
    wanted: dict[str, Any] = message.payload
    period = Period.holding(Rhythm(wanted["rhythm"]), date.fromisoformat(wanted["day"]), ZoneInfo(wanted["zone"]))
    report_id = make(
        database, clock=clock, settings=settings, period=period, until=datetime.fromisoformat(wanted["until"]),
        language=wanted["language"], actor=Actor(kind="staff", id=wanted["by"]),
    )  # fmt: skip
    return Receipt({"report": report_id, "at": clock.now().isoformat()})


def send(session: Session, *, clock: Clock, actor: Actor, report_id: int) -> int:
    """Send a report to its owners, by e-mail with the PDF and into their inboxes; gives to how many.

    Sending again is a new round. A report is wanted by whoever is its owner, so its e-mail waits for no digest.
    """
    report = by_id(session, report_id, whole=True)
    plan, _row = plans.plan(session, Rhythm(report.rhythm))
    people = plans.recipients(session, clock=clock, wanted=plan, language=report.language)
    rounds = select(func.coalesce(func.max(ReportDelivery.round), 0)).where(ReportDelivery.report_id == report_id)
    number = (session.scalar(rounds) or 0) + 1
    session.add_all(
        ReportDelivery(report_id=report_id, staff_id=person.id, round=number, at=clock.now()) for person in people
    )
    session.flush()
    words = {
        "title": wording.title(report.rhythm, report.language),
        "span": rendering.span_of(report.figures, report.language),
        "summary": "\n".join(wording.summary(report.figures, report.language)),
    }
    news = notify.News(
        code="report_ready",
        words={"zh": words, "en": words},
        path=f"/reports/{report_id}",
        dedupe=f"report:{report_id}:{number}",
        subject=(SUBJECT, report_id),
    )
    if people:
        at_once = [Recipient(replace(person, mode=Mode.AT_ONCE)) for person in people]
        notify.to_staff(session, clock=clock, news=news, to=at_once)
    audit.record(
        session, clock=clock, actor=actor, action="report.sent", subject=(SUBJECT, report_id),
        round=number, to=[person.id for person in people],
    )  # fmt: skip
    return len(people)


def send_again(session: Session, *, clock: Clock, actor: Actor, report_id: int) -> int:
    """Send it once more; raises ``report_nobody`` when nobody is an owner."""
    count = send(session, clock=clock, actor=actor, report_id=report_id)
    if not count:
        raise DomainError("report_nobody")
    return count


def attach(database: Database, _clock: Clock, message: OutboxMessage) -> list[Attachment]:
    """What goes with the e-mail of a report; without a PDF it goes out with the summary alone."""
    with database.reading() as session:
        report = by_id(session, message.subject_id or 0, whole=True)
    if report.pdf is None or report.pdf_sha256 is None:
        return []
    return [Attachment(file_name(report), report.pdf, report.pdf_sha256)]


def by_id(session: Session, report_id: int, *, whole: bool = False) -> PeriodicReport:
    """A report, ``whole`` with its figures, page and PDF; raises ``report_not_found``."""
    asked = select(PeriodicReport).where(PeriodicReport.id == report_id)
    if whole:
        asked = asked.options(
            undefer(PeriodicReport.figures), undefer(PeriodicReport.html), undefer(PeriodicReport.pdf)
        )
    found = session.scalar(asked)
    if found is None:
        raise DomainError("report_not_found")
    return found


def unchanged(report: PeriodicReport) -> bool:
    """Whether what is stored is what was archived."""
    same = hashlib.sha256(report.html.encode()).hexdigest() == report.sha256
    return same and (report.pdf is None or hashlib.sha256(report.pdf).hexdigest() == report.pdf_sha256)


def file_name(report: PeriodicReport) -> str:
    """``投诉与风险周报-2026-11-16.pdf``."""
    return f"{wording.title(report.rhythm, report.language).replace(' ', '-')}-{report.starts_on.isoformat()}.pdf"


def _missing(session: Session, plan: plans.Plan, now: datetime, zone: ZoneInfo) -> list[tuple[Period, str]]:
    """Finished periods whose report was not made and sent, the oldest first.

    What ended before the first report is not made up for. One that somebody asked for early is still sent when it is due.
    """
    sent = select(ReportDelivery.id).where(ReportDelivery.report_id == PeriodicReport.id).exists()
    there = session.execute(
        select(PeriodicReport.starts_on, PeriodicReport.language).where(
            PeriodicReport.rhythm == plan.rhythm,
            PeriodicReport.finished,
            sent | (PeriodicReport.made_by == SYSTEM.label),
        )
    ).all()
    first, begun = min((row[0] for row in there), default=None), collecting.began_at(session)
    due = [
        period
        for period in finished(plan.rhythm, now, zone, CAUGHT_UP[plan.rhythm] if there else 1)
        if begun is not None
        and begun < period.ends_at
        and (first is None or period.starts_on >= first)
        and now >= period.ends_at + timedelta(minutes=plan.at_minute)
    ]
    made = {(row[0], row[1]) for row in there}
    wanted = [(period, language) for period in due for language in plans.languages(plan)]
    return [(period, language) for period, language in wanted if (period.starts_on, language) not in made]


def _send_first(session: Session, *, clock: Clock, report_id: int) -> None:
    """Send a report that somebody had made before it was due."""
    told = session.scalar(select(ReportDelivery.id).where(ReportDelivery.report_id == report_id).limit(1))
    if told is None and by_id(session, report_id).made_by != SYSTEM.label:
        send(session, clock=clock, actor=SYSTEM, report_id=report_id)


def _same(period: Period, until: datetime, language: str) -> Select[int]:
    return select(PeriodicReport.id).where(
        PeriodicReport.rhythm == period.rhythm,
        PeriodicReport.starts_on == period.starts_on,
        PeriodicReport.until == until,
        PeriodicReport.language == language,
    )


def _pressed(html: str, language: str, figures: dict[str, Any]) -> bytes | None:
    try:
        return rendering.press(html, language=language, figures=figures)
    except letter_pdf.PdfUnavailable as error:
        log.error("report.pdf_unavailable", action="install Pango", error=str(error))
        return None
