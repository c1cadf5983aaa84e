"""What happens now: what breaks next, what has broken and where, and who can help. Its live part and its chart's data."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from sqlalchemy.orm import Session

from ticketing.notify import inbox
from ticketing.platform.http import runtime, session
from ticketing.reports import alerts, breaches, charts, people, queries
from ticketing.reports.conditions import WINDOWS
from ticketing.reports.queries import Board
from ticketing.sla.calendar_store import years_without_data
from ticketing.tickets.rules import Category
from web import language
from web.supervisor import hour_bars
from web.supervisor.kept import HEAVY, kept
from web.supervisor.pages import DIMENSIONS, listing, pages, place_name, reader, team_names

STAGES = ("accepted", "investigating", "resolving", "feedback")
HELPERS = 6


@pages.get("/board")
@reader
def board() -> str:
    """The whole page."""
    return render_template("supervisor/board.html", **figures())


@pages.get("/board/figures")
@reader
def live_part() -> str:
    """The part that is fetched again every few seconds."""
    return render_template("supervisor/figures.html", **figures())


@pages.get("/board/data")
@reader
def chart_data() -> Any:
    """What the charts show, in the reader's language and zone."""
    hourly = last_day()
    counted = shown().places.by_category_and_status
    return jsonify(
        hours=[f"{hour.astimezone(language.zone()):%H:%M}" for hour in hourly.hours],
        opened={"name": language.text("board.chart.opened"), "values": hourly.opened},
        closed={"name": language.text("board.chart.closed"), "values": hourly.closed},
        categories=[language.word("category", code) for code in Category],
        addresses=[listing(category=code.value) for code in Category],
        stages=[
            {"name": language.word("status", stage), "values": [counted.get((code, stage), 0) for code in Category]}
            for stage in STAGES
        ],
    )


def shown() -> Board:
    """The board's figures, kept for some seconds where they are many."""
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> Board:
        return queries.board(within, clock=clock, zone=zone)

    return kept("now", count, heavy=lambda found: found.places.total["open"] > HEAVY)


def last_day() -> charts.Hourly:
    """What was opened and closed in the last 24 hours, kept likewise."""
    clock = runtime().clock

    def count(within: Session) -> charts.Hourly:
        return charts.by_hour(within, clock=clock)

    return kept("last day", count, heavy=lambda found: sum(found.opened) + sum(found.closed) > HEAVY)


def staff_now() -> Any:
    """Everyone who works tickets with their work, kept likewise."""
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> Any:
        return people.everyone(within, queries.Span.at(clock.now(), zone))

    return kept("people", count, heavy=lambda found: sum(person.open for person in found) > HEAVY)


def figures() -> dict[str, Any]:
    """What the templates of this page need."""
    found, everyone = shown(), staff_now()
    teams = team_names(found.teams)
    by = request.args.get("by")
    dimension = by if by in DIMENSIONS else "team"
    unheard_count, unheard = inbox.for_nobody(session())
    return {
        "board": found,
        "places": places_of(found, dimension, teams),
        "by": dimension,
        "dimensions": DIMENSIONS,
        "by_hour": hour_bars.of(found, language.zone()),
        "helpers": [person for person in everyone if person.room][:HELPERS],
        "helpers_count": sum(1 for person in everyone if person.room),
        "people_count": len(everyone),
        "at_work": people.at_work(everyone),
        "standing": alerts.standing(session()),
        "breaches": breaches.latest(session(), clock=runtime().clock),
        "unheard_count": unheard_count,
        "unheard": unheard,
        "windows": WINDOWS,
        "stages": STAGES,
        "teams": teams,
        "listing": listing,
        "calendar_gaps": years_without_data(session(), runtime().clock),
    }


def places_of(found: Board, dimension: str, teams: dict[int | None, str]) -> list[dict[str, Any]]:
    """The rows of the table: every team or class, and every channel that anything came by; the worst first."""
    known: list[Any] = {"team": list(teams), "category": [code.value for code in Category]}.get(dimension, [])
    values = [*known, *(value for value in found.places.values(dimension) if value not in known)]
    rows = [
        {
            "name": place_name(dimension, value, teams),
            "counts": found.places.of(dimension, value),
            "wanted": {dimension: "none" if value is None else value},
        }
        for value in values
    ]
    return sorted(rows, key=lambda row: (-row["counts"]["late"], -row["counts"]["due_1"], -row["counts"]["open"]))
