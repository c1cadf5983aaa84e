"""The part of a monthly report that says how agents and teams did against their targets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ticketing.reports.periodic.performance import Performance, sheet
from ticketing.reports.periodic.performance_rules import Measure, Measured, verdict
from ticketing.reports.periodic.periods import Period


def performance(session: Session, *, period: Period, until: datetime) -> dict[str, Any]:
    """People's measures as plain JSON."""
    found = sheet(session, period=period, until=until)
    return {
        "measures": [str(measure) for measure in Measure],
        "people": [_row(each) for each in found.people],
    }


def _row(each: Performance) -> dict[str, Any]:
    assert each.staff is not None
    return {
        "name": each.staff.name,
        "measures": {str(measure): _plain(measure, found) for measure, found in each.measures.items()},
    }


def _plain(measure: Measure, found: Measured) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return {
        "value": rounded(found.value),
        "before": rounded(found.before),
        "cases": found.cases,
        "target": found.target,
        "verdict": str(verdict(measure, found)),
    }
