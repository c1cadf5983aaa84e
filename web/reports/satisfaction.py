"""Satisfaction over time: the index by week or month, by class and team, and the answers behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, render_template, request
from sqlalchemy import select

from ticketing.platform.http import runtime, session
from ticketing.reports.periodic import drawing, queries
from ticketing.reports.periodic.drawing import Series
from ticketing.reports.periodic.periods import Period, Rhythm
from ticketing.reports.periodic.queries import Trend, Wanted
from ticketing.staff.models import Team
from ticketing.surveys.rules import PARTS, Kind
from ticketing.tickets.rules import Category
from web import language
from web.agent import forms
from web.reports.pages import ROOT, pages, reading

RHYTHMS = (Rhythm.WEEKLY, Rhythm.MONTHLY)
FEW = 5
"""Fewer answers than these say little; the page says so."""


@pages.get(f"{ROOT}/satisfaction")
@reading
def satisfaction() -> str:
    """The trend as chart and table, by class and team."""
    wanted = asked_for()
    found = trend(wanted)
    return render_template(
        "reports/satisfaction.html",
        trend=found,
        wanted=wanted,
        picture=picture(found),
        labels=[label(period) for period in found.periods],
        teams=team_names(),
        rhythms=RHYTHMS,
        categories=list(Category),
        kinds=list(Kind),
        parts=PARTS,
        few=FEW,
        here=address,
        behind=behind,
    )


@pages.get(f"{ROOT}/satisfaction/data")
@reading
def satisfaction_data() -> Any:
    """What the chart shows, in the reader's language."""
    wanted = asked_for()
    found = trend(wanted)
    return jsonify(
        labels=[label(period) for period in found.periods],
        name=language.text("satisfaction.index"),
        counts={"name": language.text("satisfaction.answers"), "values": [index.answers for index in found.indexes]},
        values=[None if index.whole is None else round(index.whole, 1) for index in found.indexes],
        low=[None if index.low is None else round(index.low, 1) for index in found.indexes],
        high=[None if index.high is None else round(index.high, 1) for index in found.indexes],
        interval=language.text("satisfaction.interval"),
        addresses=[behind(wanted, period) for period in found.periods],
    )


@pages.get(f"{ROOT}/satisfaction/answers")
@reading
def answers() -> str:
    """The answers behind a figure."""
    wanted = asked_for()
    period = chosen(wanted)
    page = queries.answers(
        session(), wanted=wanted, period=period, now=runtime().clock.now(), cursor=request.args.get("cursor")
    )
    return render_template(
        "reports/answers.html",
        page=page,
        wanted=wanted,
        period=label(period) if period else None,
        teams=team_names(),
        parts=PARTS,
        here=address,
        query={name: value for name, value in request.args.items() if name != "cursor"},
    )


def asked_for() -> Wanted:
    """The address's filter; what it does not know is left out."""
    category, kind = request.args.get("category"), request.args.get("kind")
    return Wanted(
        rhythm=Rhythm.MONTHLY if request.args.get("by") == Rhythm.MONTHLY else Rhythm.WEEKLY,
        category=category if category in set(Category) else None,
        team=forms.whole("team") or None,
        kind=kind if kind in set(Kind) else None,
    )


def chosen(wanted: Wanted) -> Period | None:
    """The period whose answers are asked for."""
    try:
        day = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return Period.holding(wanted.rhythm, day, language.zone())


def trend(wanted: Wanted) -> Trend:
    """What the page and its chart show."""
    return queries.trend(session(), wanted=wanted, now=runtime().clock.now(), zone=language.zone())


def picture(found: Trend) -> str:
    """The chart as it stands there before, and without, a script."""
    series = Series(
        language.text("satisfaction.index"),
        [index.whole for index in found.indexes],
        [index.low for index in found.indexes],
        [index.high for index in found.indexes],
    )
    return drawing.lines([label(period) for period in found.periods], series, title=language.text("satisfaction.chart"))


def label(period: Period) -> str:
    """``11/16`` for a week, ``2026/11`` for a month."""
    first = period.starts_on
    return f"{first.year}/{first.month}" if period.rhythm is Rhythm.MONTHLY else f"{first.month}/{first.day}"


def address(wanted: Wanted, **changed: Any) -> str:
    """This page with another filter."""
    return f"{ROOT}/satisfaction{_query(wanted, changed)}"


def behind(wanted: Wanted, period: Period | None = None, **changed: Any) -> str:
    """The list of answers behind a figure."""
    if period is not None:
        changed["from"] = period.starts_on.isoformat()
    return f"{ROOT}/satisfaction/answers{_query(wanted, changed)}"


def team_names() -> dict[int, str]:
    """Teams as the reader calls them."""
    english = language.current() == "en"
    return {
        team.id: team.name_en if english else team.name_zh for team in session().scalars(select(Team).order_by(Team.id))
    }


def _query(wanted: Wanted, changed: dict[str, Any]) -> str:
    values = {
        "by": wanted.rhythm.value,
        "category": wanted.category,
        "team": wanted.team,
        "kind": wanted.kind,
    } | changed
    given = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(given)}"
