"""What all pages of the supervisor room share: who may read them, addresses of lists, names, and the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint

from ticketing.reports.filters import Filter
from ticketing.staff.models import Team
from ticketing.staff.rules import Permission
from web import language
from web.auth import permission_required

pages = Blueprint("supervisor", __name__)
reader = permission_required(Permission.BOARD_READ)


@dataclass(frozen=True)
class Tab:
    """One page of the room; ``text`` is a key of web/texts."""

    endpoint: str
    text: str
    icon: str


TABS = (
    Tab("supervisor.board", "board.tab.now", "activity"),
    Tab("supervisor.load", "board.tab.load", "chart-histogram"),
    Tab("supervisor.people", "board.tab.people", "users"),
    Tab("supervisor.quality", "board.tab.quality", "mood-smile"),
    Tab("supervisor.causes", "board.tab.causes", "tool"),
    Tab("supervisor.alerts", "board.tab.alerts", "bell-ringing"),
)
DIMENSIONS = {"team": "board.by_team", "category": "board.by_category", "channel": "board.by_channel"}


def listing(**wanted: Any) -> str:
    """The address of the list behind a figure."""
    query = Filter(**{name: value for name, value in wanted.items() if value is not None}).query()
    return f"/board/tickets?{query}"


def team_name(team: Team) -> str:
    """A team as the reader calls it."""
    return str(team.name_en if language.current() == "en" else team.name_zh)


def team_names(teams: Sequence[Team]) -> dict[int | None, str]:
    """All teams by id; None is the common queue."""
    return {**{team.id: team_name(team) for team in teams}, None: language.text("board.no_team")}


def place_name(dimension: str, value: Any, teams: dict[int | None, str]) -> str:
    """A team, class, channel or product as the reader calls it."""
    if dimension == "team":
        return teams.get(value, "—")
    return language.word(dimension, value) or "—"


def clock_hour(at: datetime) -> str:
    """``15:00`` on the reader's clock."""
    return f"{at.astimezone(language.zone()):%H:%M}"
