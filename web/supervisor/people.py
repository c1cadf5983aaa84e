"""The people: who is there, with how much, and what waits longest at each."""

from __future__ import annotations

from flask import render_template

from ticketing.platform.http import session
from ticketing.reports import queries
from ticketing.reports.people import at_work
from web.supervisor.board import staff_now
from web.supervisor.pages import listing, pages, reader, team_names


@pages.get("/board/people")
@reader
def people() -> str:
    """Everyone who works tickets."""
    return render_template("supervisor/people.html", **_everyone())


@pages.get("/board/people/live")
@reader
def people_live() -> str:
    """The table, fetched again every few seconds."""
    return render_template("supervisor/people_table.html", **_everyone())


def _everyone() -> dict[str, object]:
    everyone = staff_now()
    return {
        "people": everyone,
        "at_work": at_work(everyone),
        "teams": team_names(queries.teams(session())),
        "listing": listing,
    }
