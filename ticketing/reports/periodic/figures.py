"""A report's figures as plain JSON: what the handbook wants in it (§4.4, §5.5, §7), each against the period before.

A period that is not over is compared with as much of the one before, so that a Wednesday is not held against a whole week.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.reports.periodic import counting
from ticketing.reports.periodic.counting import Span
from ticketing.reports.periodic.periods import Period, midnight
from ticketing.staff.models import Team
from ticketing.surveys.models import Survey
from ticketing.surveys.rules import PARTS, Index
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Category

DIMENSIONS = ("category", "product", "channel", "severity")
THREATS = ("regulator", "press", "court", "police", "social_media", "outside_threat")
PER = 1000
HOURS = 3600


def collect(session: Session, *, period: Period, until: datetime) -> dict[str, Any]:
    """Everything a report says, of the period up to ``until``."""
    now = Span(period.starts_at, until)
    earlier = period.before()
    before = Span(earlier.starts_at, min(earlier.ends_at, earlier.starts_at + (until - period.starts_at)))
    if until >= period.ends_at:
        before = Span(earlier.starts_at, earlier.ends_at)
    return {
        "period": _described(period, until, before),
        "volume": _volume(session, period, now, before),
        "causes": _causes(session, now),
        "extent": _extent(session, now, before),
        "measures": _measures(session, period, now, before),
        "timeliness": _timeliness(session, now, before),
        "satisfaction": _satisfaction(session, now, before),
        "rate": _rate(session, now, before),
        "risk": _risk(session, now, before),
        "escalations": {
            "now": counting.fired(session, now, period.starts_on),
            "before": counting.fired(session, before, earlier.starts_on),
        },
    }


def _described(period: Period, until: datetime, before: Span) -> dict[str, Any]:
    return {
        "rhythm": period.rhythm.value,
        "starts_on": period.starts_on.isoformat(),
        "last_on": period.last_on.isoformat(),
        "starts_at": period.starts_at.isoformat(),
        "until": until.isoformat(),
        "finished": until >= period.ends_at,
        "zone": period.zone.key,
        "compared_from": before.start.isoformat(),
        "compared_until": before.end.isoformat(),
    }


def _volume(session: Session, period: Period, now: Span, before: Span) -> dict[str, Any]:
    rows, earlier = counting.volume(session, now), counting.volume(session, before)
    edges = [midnight(day, period.zone) for day in (*period.days, period.ends_on)]
    return {
        "total": {"now": _sum(rows), "before": _sum(earlier)},
        **{name: _compared(rows, earlier, place) for place, name in enumerate(DIMENSIONS)},
        "days": [day.isoformat() for day in period.days],
        "opened": counting.by_slice(session, Ticket.created_at, edges, counting.opened(Span(edges[0], edges[-1]))),
        "closed": counting.closed_by_slice(session, edges),
    }


def _sum(rows: Iterable[Any]) -> int:
    return sum(row[-1] for row in rows)


def _compared(rows: Sequence[Any], earlier: Sequence[Any], place: int) -> list[dict[str, Any]]:
    """Counts by one dimension, the largest first; classes also where there are none."""
    counts: list[Counter[str]] = [Counter(), Counter()]
    for which, group in enumerate((rows, earlier)):
        for row in group:
            counts[which][row[place] or ""] += row[-1]
    codes = {*counts[0], *counts[1], *(Category if place == 0 else ())}
    ordered = sorted(codes, key=lambda code: (-counts[0][code], -counts[1][code], code))
    return [{"code": str(code), "now": counts[0][code], "before": counts[1][code]} for code in ordered]


def _causes(session: Session, now: Span) -> dict[str, Any]:
    found = counting.records(session, now)
    kinds: Counter[str] = Counter()
    for row in found:
        kinds[row[3]] += row[4]
    total, newest = counting.decided(session, now)
    return {
        "records": [
            {"number": f"RC-{row[0]:05d}", "title": row[1], "cause": row[2], "kind": row[3], "tickets": row[4]}
            for row in found[: counting.LISTED]
        ],
        "kinds": [{"code": code, "tickets": count} for code, count in kinds.most_common()],
        "decided": total,
        "newest": [{"number": row[0], "category": row[1], "cause": row[2] or ""} for row in newest],
    }


def _extent(session: Session, now: Span, before: Span) -> dict[str, Any]:
    customers, amounts = counting.extent(session, now)
    earlier, former = counting.extent(session, before)
    sums = {currency: total for currency, _count, total in former}
    return {
        "customers": {"now": customers, "before": earlier},
        "amounts": [
            {
                "currency": currency or "CNY",
                "count": count,
                "now": f"{total:.2f}",
                "before": f"{sums.get(currency, 0):.2f}",
            }
            for currency, count, total in amounts
        ],
    }


def _measures(session: Session, period: Period, now: Span, before: Span) -> dict[str, Any]:
    today = (now.end - timedelta(microseconds=1)).astimezone(period.zone).date()
    return {
        "now": counting.actions(session, now, today),
        "before": {
            name: count
            for name, count in counting.actions(session, before, today).items()
            if name in {"agreed", "done", "verified"}
        },
        "late": [
            {
                "number": f"RC-{action.root_cause_id:05d}",
                "what": action.what,
                "owner": action.owner.name,
                "due_on": action.due_on.isoformat(),
            }
            for action in counting.overdue(session, today)
        ],
    }


def _timeliness(session: Session, now: Span, before: Span) -> list[dict[str, Any]]:
    settled, earlier = counting.kept_and_broken(session, now), counting.kept_and_broken(session, before)
    taken = counting.durations(session, now)
    return [
        {
            "clock": clock,
            "kept": settled[clock][0],
            "broken": settled[clock][1],
            "share": _share(*settled[clock]),
            "share_before": _share(*earlier[clock]),
            "hours": {str(rank): _hours(taken[clock], rank) for rank in (50, 90, 95)},
        }
        for clock in counting.PROMISED
    ]


def _share(kept: int, broken: int) -> float | None:
    return None if not kept + broken else round(100 * kept / (kept + broken), 1)


def percentile(ordered: Sequence[float], rank: int) -> float | None:
    """The nearest-rank percentile: a value that occurred; None of nothing."""
    return ordered[max(0, math.ceil(rank * len(ordered) / 100) - 1)] if ordered else None


def _hours(ordered: Sequence[float], rank: int) -> float | None:
    found = percentile(ordered, rank)
    return None if found is None else round(found / HOURS, 1)


def _satisfaction(session: Session, now: Span, before: Span) -> dict[str, Any]:
    def rated(span: Span) -> Index:
        return counting.index_of(session.execute(counting.index_sums(span.holds(Survey.answered_at))).one())

    def grouped(column: Any) -> list[tuple[Any, Index]]:
        rows = session.execute(counting.index_sums(now.holds(Survey.answered_at), column.is_not(None), by=(column,)))
        return sorted(((row[0], counting.index_of(row)) for row in rows), key=lambda pair: str(pair[0]))

    names = {team.id: {"zh": team.name_zh, "en": team.name_en} for team in session.query(Team)}
    return {
        "now": _plain(rated(now)),
        "before": _plain(rated(before)),
        **counting.asked_and_low(session, now),
        "category": [{"code": code, **_plain(index)} for code, index in grouped(Survey.category)],
        "team": [{"name": names[team], **_plain(index)} for team, index in grouped(Survey.team_id)],
    }


def _plain(index: Index) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return {
        "answers": index.answers,
        "index": rounded(index.whole),
        "low_end": rounded(index.low),
        "high_end": rounded(index.high),
        **{part: rounded(getattr(index, part)) for part in PARTS},
    }


def _rate(session: Session, now: Span, before: Span) -> dict[str, Any]:
    """Complaints per thousand customers who wrote to us or complained in the period."""

    def of(span: Span) -> dict[str, Any]:
        complaints, active = _sum(counting.volume(session, span)), counting.active_customers(session, span)
        return {
            "complaints": complaints,
            "active": active,
            "rate": round(PER * complaints / active, 1) if active else None,
        }

    return {"now": of(now), "before": of(before)}


def _risk(session: Session, now: Span, before: Span) -> dict[str, Any]:
    def counted(span: Span) -> dict[str, int]:
        found = counting.risky(session, span)
        return {
            "critical": sum(ticket.severity == "critical" for ticket in found),
            "serious": sum(ticket.severity == "serious" for ticket in found),
            "repeats": sum(ticket.repeat_of_id is not None for ticket in found),
            "alerts": counting.alerted(session, span),
            "threats": sum(bool(set(ticket.severity_reasons) & set(THREATS)) for ticket in found),
        }

    worst = [ticket for ticket in counting.risky(session, now) if ticket.severity == "critical"]
    return {
        "now": counted(now),
        "before": counted(before),
        "critical": [
            {
                "number": ticket.number,
                "category": ticket.category,
                "status": ticket.status,
                "reasons": list(ticket.severity_reasons),
            }
            for ticket in worst[: counting.LISTED]
        ],
    }


def began_at(session: Session) -> datetime | None:
    """When the first ticket was opened; None before there is one."""
    return session.scalar(select(Ticket.created_at).order_by(Ticket.id).limit(1))
