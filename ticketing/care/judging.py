"""Segment, stage and churn hint of customers, judged anew: at once where something changed, for everybody each night.

A step reads some hundred customers in a handful of statements and writes those whose judgement is another one, so a night
over a million of them is a walk and not a load.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ticketing.care import churn
from ticketing.care.churn import History
from ticketing.customers import lifecycle, rounds, segmentation, segments
from ticketing.customers.models import Customer, StageEntry
from ticketing.customers.segmentation import Facts, SegmentRule
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket

STEP = 500
NIGHT = time(2, 0)
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
EVENTS = "events"
_CUSTOMERS = Customer.metadata.tables[Customer.__tablename__]
_STAGES = StageEntry.metadata.tables[StageEntry.__tablename__]
_SEEN = ("kind", "tier", "risk_level", "registered_on", "verified_on", "last_trade_on", "trades_90d", "holdings", "leaving_on", "deceased")  # fmt: skip
_HELD = ("segment", "segment_reasons", "stage", "churn_score", "churn_band", "churn_reasons")
_ROWS = select(*(getattr(Customer, name) for name in ("id", *_SEEN, *_HELD, "judged_at")))


@dataclass(frozen=True)
class _Cases:
    """What a year of tickets says of a customer."""

    complaints: int = 0
    repeats: int = 0
    breaches: int = 0


def advance(database: Database, *, clock: Clock, zone: str) -> int:
    """Judge one step of those of whom something changed, then one of tonight's walk; gives how many were looked at."""
    return _changed(database, clock=clock, zone=zone) + _nightly(database, clock=clock, zone=zone)


def _changed(database: Database, *, clock: Clock, zone: str) -> int:
    _note_events(database, clock=clock)
    wanted = select(Customer.id).where(Customer.judge_again).order_by(Customer.id).limit(STEP)
    with database.reading() as session:
        if session.scalar(wanted.limit(1)) is None:
            return 0
    with database.transaction() as session:
        ids = session.scalars(wanted.with_for_update(skip_locked=True)).all()
        judge(session, now=clock.now(), zone=zone, ids=ids)
        session.execute(update(_CUSTOMERS).where(_CUSTOMERS.c.id.in_(ids)).values(judge_again=False))
        return len(ids)


def _note_events(database: Database, *, clock: Clock) -> None:
    """Customers who complained, whose case was closed or who gave marks since the last look are judged again.

    What commits late with an earlier time is found by the night.
    """
    now = clock.now()
    with database.reading() as session:
        walk = rounds.newest(session, EVENTS)
        since = walk.looked_at if walk else now - HOUR
        ids = set(session.scalars(select(Survey.customer_id).where(Survey.answered_at >= since)))
        ids |= set(session.scalars(select(Ticket.customer_id).where(Ticket.closed_at >= since)))
        ids |= set(
            session.scalars(select(Ticket.customer_id).where(Ticket.status == "accepted", Ticket.created_at >= since))
        )
    if not ids and walk is not None and now - since < HOUR:
        return
    with database.transaction() as session:
        session.execute(update(_CUSTOMERS).where(_CUSTOMERS.c.id.in_(ids)).values(judge_again=True))
        held = rounds.take(session, clock=clock, name=EVENTS, on=date.min)
        if held is not None:
            held.looked_at = now


def _nightly(database: Database, *, clock: Clock, zone: str) -> int:
    local = clock.now().astimezone(ZoneInfo(zone))
    night = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    with database.reading() as session:
        if rounds.is_done(session, name=rounds.JUDGING, on=night):
            return 0
    with database.transaction() as session:
        walk = rounds.take(session, clock=clock, name=rounds.JUDGING, on=night)
        if walk is None:
            return 0
        known = select(Customer.id).where(Customer.id > walk.cursor, Customer.merged_into_id.is_(None), Customer.external_id.is_not(None))  # fmt: skip
        ids = session.scalars(known.order_by(Customer.id).limit(STEP)).all()
        judge(session, now=clock.now(), zone=zone, ids=ids)
        rounds.step(walk, now=clock.now(), last=ids[-1] if len(ids) == STEP else None)
        return len(ids)


def judge(session: Session, *, now: datetime, zone: str, ids: Sequence[int]) -> int:
    """Judge these customers and write what is new; gives how many changed."""
    if not ids:
        return 0
    today, declared = now.astimezone(ZoneInfo(zone)).date(), segments.rules_of(segments.declared(session))
    cases, marks = _cases(session, ids, now), _marks(session, ids, now)
    changed: list[dict[str, Any]] = []
    entered: list[dict[str, Any]] = []
    for row in session.execute(_ROWS.where(Customer.id.in_(ids))):
        found, why = _judged(row, today, declared, cases.get(row.id, _Cases()), marks.get(row.id, ()))
        if any(getattr(row, name) != value for name, value in found.items()):
            changed.append({"b_id": row.id, **{f"b_{name}": value for name, value in found.items()}, "b_at": now})
        if row.judged_at is None or row.stage != found["stage"]:
            entered.append({"customer_id": row.id, "stage": found["stage"], "since": now, "reason": why})
    if changed:
        told = {name: bindparam(f"b_{name}", type_=_CUSTOMERS.c[name].type) for name in _HELD}
        session.execute(
            update(_CUSTOMERS).where(_CUSTOMERS.c.id == bindparam("b_id")).values(**told, judged_at=bindparam("b_at", type_=_CUSTOMERS.c.judged_at.type)),
            changed,
        )  # fmt: skip
    if entered:
        session.execute(insert(_STAGES), entered)
    return len(changed)


def _judged(
    row: Any, today: date, declared: Sequence[SegmentRule], cases: _Cases, marks: Sequence[float]
) -> tuple[dict[str, Any], str]:
    """The columns as they should be, and why the stage is what it is."""
    facts = Facts(**{name: getattr(row, name) for name in _SEEN})
    segment, reasons = segmentation.segment_of(segmentation.dimensions(facts, today), declared)
    stage, why = lifecycle.stage_of(facts, today)
    history = History(
        stage=stage, marks=marks, complaints=cases.complaints, repeats=cases.repeats, breaches=cases.breaches,
        last_trade_on=facts.last_trade_on,
    )  # fmt: skip
    found = churn.hint(history, today)
    return {
        "segment": segment,
        "segment_reasons": reasons,
        "stage": stage,
        "churn_score": found.score,
        "churn_band": found.band,
        "churn_reasons": [list(each) for each in found.reasons],
    }, why


def _cases(session: Session, ids: Sequence[int], now: datetime) -> Mapping[int, _Cases]:
    counted = (
        select(
            Ticket.customer_id,
            func.count(),
            func.count(Ticket.repeat_of_id),
            func.count().filter(Ticket.breached),
        )
        .where(Ticket.customer_id.in_(ids), Ticket.kind == "complaint", Ticket.created_at > now - YEAR)
        .where(or_(Ticket.status != "merged", Ticket.merged_into_id.is_(None)))
        .group_by(Ticket.customer_id)
    )
    return {number: _Cases(*figures) for number, *figures in session.execute(counted)}


def _marks(session: Session, ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[float]]:
    marks: dict[int, list[float]] = defaultdict(list)
    answered = (
        select(Survey.customer_id, Survey.speed, Survey.completeness, Survey.solution)
        .where(Survey.customer_id.in_(ids), Survey.answered_at > now - YEAR)
        .order_by(Survey.answered_at.desc())
    )
    for number, *given in session.execute(answered):
        marks[number].append(sum(mark or 0 for mark in given) / len(given))
    return marks
