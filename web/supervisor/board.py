"""The board, its live part, its charts' data, and the list behind each figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, render_template, request

from ticketing.notify import inbox
from ticketing.platform.http import runtime, session
from ticketing.reports import breaches, charts, lists, queries
from ticketing.reports.conditions import WINDOWS
from ticketing.sla.calendar_store import years_without_data
from ticketing.staff.rules import Permission
from ticketing.tickets.rules import Category
from web import language
from web.auth import permission_required

pages = Blueprint("supervisor", __name__)
STAGES = ("accepted", "investigating", "resolving", "feedback")
reader = permission_required(Permission.BOARD_READ)


@pages.get("/board")
@reader
def board() -> str:
    """The whole board."""
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
    hourly = charts.by_hour(session(), clock=runtime().clock)
    counted = queries.load(session()).by_category_and_status
    return jsonify(
        hours=[f"{hour.astimezone(language.zone()):%H:%M}" for hour in hourly.hours],
        opened={"name": language.text("board.chart.opened"), "values": hourly.opened},
        closed={"name": language.text("board.chart.closed"), "values": hourly.closed},
        categories=[language.word("category", code) for code in Category],
        addresses=[listing(category=code) for code in Category],
        stages=[
            {"name": language.word("status", stage), "values": [counted.get((code, stage), 0) for code in Category]}
            for stage in STAGES
        ],
    )


@pages.get("/board/tickets")
@reader
def tickets() -> str:
    """The tickets that a figure counts."""
    wanted = lists.Filter.of(request.args)
    page = lists.tickets(
        session(),
        clock=runtime().clock,
        zone=language.zone(),
        wanted=wanted,
        cursor=request.args.get("cursor"),
    )
    teams = {team.id: team_name(team) for team in queries.teams(session())}
    return render_template("supervisor/tickets.html", page=page, wanted=wanted, teams=teams, listing=listing)


def figures() -> dict[str, Any]:
    """What the board's templates need."""
    shown = queries.board(session(), clock=runtime().clock, zone=language.zone())
    teams = {team.id: team_name(team) for team in shown.teams}
    unheard_count, unheard = inbox.for_nobody(session())
    return {
        "breaches": breaches.latest(session(), clock=runtime().clock),
        "unheard_count": unheard_count,
        "unheard": unheard,
        "board": shown,
        "windows": WINDOWS,
        "stages": STAGES,
        "categories": list(Category),
        "teams": teams,
        "listing": listing,
        "calendar_gaps": years_without_data(session(), runtime().clock),
    }


def listing(**wanted: Any) -> str:
    """The address of the list behind a figure."""
    given = {name: value for name, value in wanted.items() if value is not None}
    return f"/board/tickets?{urlencode(given)}" if given else "/board/tickets"


def team_name(team: Any) -> str:
    """A team as the reader calls it."""
    return str(team.name_en if language.current() == "en" else team.name_zh)
