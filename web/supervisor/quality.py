"""Satisfaction and how far to trust it, complaints and repeats against the time before; root causes."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from ticketing.platform.http import runtime, session
from ticketing.reports import causes as root_causes
from ticketing.reports import quality as figures
from ticketing.reports import quality_rules
from ticketing.reports.periodic import drawing
from ticketing.reports.periodic.drawing import Series
from ticketing.rootcauses import wording
from ticketing.rootcauses.rules import Status
from ticketing.tickets.rules import Category
from web import language
from web.supervisor.kept import HEAVY, kept
from web.supervisor.pages import listing, pages, reader


@pages.get("/board/quality")
@reader
def quality() -> str:
    """The figures of the last 7, 30 or 90 days."""
    asked = request.args.get("days", "")
    days = next((days for days in figures.PERIODS if str(days) == asked), 30)
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> figures.Quality:
        return figures.quality(within, clock=clock, zone=zone, days=days)

    found = kept(f"quality {days}", count, heavy=lambda counted: counted.complaints.total > HEAVY)
    period = {"since": found.period.since, "until": found.period.until}
    return render_template(
        "supervisor/quality.html",
        quality=found,
        periods=figures.PERIODS,
        period=period,
        rules=quality_rules,
        categories=[code.value for code in Category],
        listing=listing,
        week_names=[week_name(week, zone) for week in found.weeks],
        pictures=pictures(found.weeks, zone),
    )


def pictures(weeks: Sequence[figures.Week], zone: ZoneInfo) -> list[Markup]:
    """The trend drawn: complaints as columns, and the index with its intervals."""
    labels = [week_name(week, zone) for week in weeks]
    sure = [week.marks.interval() or (None, None) for week in weeks]
    index = language.text("board.quality.index")
    counts = Series(language.text("board.complaints"), [week.complaints for week in weeks])
    values = Series(index, [week.marks.index for week in weeks], *zip(*sure, strict=True))
    return [drawing.columns(labels, [counts], title=counts.name), drawing.lines(labels, values, title=index)]


def week_name(week: figures.Week, zone: ZoneInfo) -> str:
    """Its Monday: ``11/23``."""
    day = week.since.astimezone(zone)
    return f"{day.month}/{day.day}"


@pages.get("/board/causes")
@reader
def causes() -> str:
    """Root causes and the actions that are due."""
    found = root_causes.causes(session(), clock=runtime().clock, zone=language.zone())

    def cause_word(group: str, code: str) -> str:
        return wording.name(group, code, language.current())

    return render_template(
        "supervisor/causes.html", causes=found, statuses=[status.value for status in Status], cause_word=cause_word
    )
