"""The queue's load and what to expect: forecast against capacity, the last day, and when tickets come in a week."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from sqlalchemy.orm import Session

from ticketing.platform.http import runtime
from ticketing.reports import forecast, heat
from ticketing.reports.filters import Filter
from ticketing.reports.hours import HOUR
from ticketing.tickets.rules import WAYS_IN, Category
from web import language
from web.supervisor import hour_bars
from web.supervisor.board import STAGES, last_day, places_of, shown
from web.supervisor.kept import HEAVY, kept
from web.supervisor.pages import DIMENSIONS, listing, pages, reader, team_names


@pages.get("/board/load")
@reader
def load() -> str:
    """The whole page."""
    found = shown()
    teams = team_names(found.teams)
    coming = ahead()
    return render_template(
        "supervisor/load.html",
        board=found,
        open_by={name: places_of(found, name, teams) for name in DIMENSIONS},
        dimensions=DIMENSIONS,
        stages=STAGES,
        ahead=coming,
        chart=hour_bars.expected(coming.hours),
        flow=last_day(),
        hour_long=HOUR,
        listing=listing,
        **heat_map(),
    )


def ahead() -> forecast.Ahead:
    """The forecast, kept for some seconds at a company where much is closed."""
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> forecast.Ahead:
        return forecast.ahead(within, clock=clock, zone=zone)

    # What people get done is counted over two weeks, in which about as much is closed as is expected of two.
    return kept("ahead", count, heavy=lambda found: 2 * found.next_week.mean > HEAVY)


def heat_map() -> dict[str, Any]:
    """When tickets come, narrowed by the address's class and channel; raises ``board_filter_unknown``."""
    asked = {name: request.args[name] for name in ("category", "channel") if request.args.get(name)}
    wanted = Filter.of(asked)
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> heat.Heat:
        return heat.heat(within, clock=clock, zone=zone, category=wanted.category, channel=wanted.channel)

    return {
        "heat": kept(f"heat {wanted.category} {wanted.channel}", count, heavy=lambda found: found.total > HEAVY),
        "heat_wanted": wanted,
        "heat_query": urlencode(asked),
        "categories": [code.value for code in Category],
        "channels": WAYS_IN,
    }
