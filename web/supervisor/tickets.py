"""The list behind each figure, the filters people keep, and files of the board's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from ticketing.platform.http import runtime, session, transaction
from ticketing.reports import exports, files, lists, queries, views
from ticketing.reports.exports import File
from ticketing.reports.filters import OF_A_PERIOD, Filter
from ticketing.reports.sheets import Asked
from ticketing.staff.models import Staff
from ticketing.tickets.rules import WAYS_IN, Category, Status
from ticketing.tickets.wording import NAMES
from web import language
from web.supervisor.kept import kept
from web.supervisor.pages import listing, pages, reader, team_names

LONG = 2_000
_NOT_A_FILTER = frozenset({"cursor", "lang"})


@pages.get("/board/tickets")
@reader
def tickets() -> str:
    """The tickets that a figure counts."""
    return _page(request.args)


@pages.post("/board/views")
@reader
def keep_view() -> Any:
    """Keep a filter under a name."""
    query = request.form.get("query", "")
    views.keep(session(), clock=runtime().clock, actor=g.actor, name=request.form.get("name", ""), query=query)
    return redirect(f"{url_for('supervisor.tickets')}?{query}", 303)


@pages.post("/board/views/<int:view_id>/drop")
@reader
def drop_view(view_id: int) -> Any:
    """Forget a kept filter."""
    views.drop(session(), actor=g.actor, view_id=view_id)
    return redirect(f"{url_for('supervisor.tickets')}?{request.form.get('query', '')}", 303)


@pages.post("/board/export")
@reader
def export() -> Any:
    """A table as a file, at once or, if it is long, from the worker."""
    asked = Asked(
        sheet=request.form.get("sheet", ""),
        query=request.form.get("query", ""),
        language=language.current(),
        zone=language.zone(),
    )
    made = exports.order(
        session(), clock=runtime().clock, actor=g.actor, asked=asked, form=request.form.get("form", "")
    )
    return _attached(made) if isinstance(made, File) else redirect(url_for("supervisor.exports_page"), 303)


@pages.get("/board/exports")
@reader
def exports_page() -> str:
    """One's own long exports, with their progress."""
    rows = exports.mine(session(), staff_id=g.actor.staff_id)
    return render_template("supervisor/exports.html", rows=rows, making=any(row.finished_at is None for row in rows))


@pages.get("/board/exports/live")
@reader
def exports_live() -> str:
    """Their table, fetched again while one is made."""
    rows = exports.mine(session(), staff_id=g.actor.staff_id)
    making = any(row.finished_at is None for row in rows)
    return render_template("supervisor/exports_table.html", rows=rows, making=making)


@pages.get("/board/exports/<int:export_id>")
@reader
@transaction("write")
def export_file(export_id: int) -> Response:
    """A finished file; fetching it is written to the audit log."""
    return _attached(exports.fetch(session(), clock=runtime().clock, actor=g.actor, export_id=export_id))


def _page(arguments: Mapping[str, str]) -> str:
    given = {name: value for name, value in arguments.items() if name not in _NOT_A_FILTER and value != ""}
    if arguments.get("product") == "":
        given["product"] = ""
    wanted = Filter.of(given)
    clock, zone = runtime().clock, language.zone()
    page = lists.tickets(session(), clock=clock, zone=zone, wanted=wanted, cursor=arguments.get("cursor"))
    return render_template(
        "supervisor/tickets.html",
        page=page,
        count=_count(wanted),
        wanted=wanted,
        narrowed=_narrowed(wanted),
        teams=team_names(queries.teams(session())),
        views=views.mine(session(), staff_id=g.actor.staff_id),
        statuses=[status.value for status in Status],
        categories=[code.value for code in Category],
        channels=WAYS_IN,
        severities=list(NAMES["severity"]),
        listing=listing,
        ended=wanted.show in lists.ENDED,
        of_a_period=wanted.show in OF_A_PERIOD,
    )


def _count(wanted: Filter) -> int:
    """How many there are, kept for some seconds where they are many."""
    clock, zone = runtime().clock, language.zone()

    def count(within: Session) -> int:
        return lists.count(within, clock=clock, zone=zone, wanted=wanted)

    return kept(f"count {wanted.query()}", count, heavy=lambda found: found > LONG)


def _narrowed(wanted: Filter) -> list[str]:
    """What narrows the list beside its form's own fields, in words."""
    said = []
    if wanted.owner is not None:
        owner = session().get(Staff, wanted.owner) if isinstance(wanted.owner, int) else None
        said.append(owner.name if owner else language.text("board.no_owner"))
    if wanted.product:
        said.append(language.word("product", wanted.product))
    if wanted.kind:
        said.append(language.word("kind", wanted.kind))
    if wanted.weekday is not None and wanted.hour is not None:
        weekday = language.text(f"board.weekday.{wanted.weekday}")
        said.append(language.text("board.slot", weekday=weekday, hour=f"{wanted.hour:02}"))
    return said


def _attached(file: File) -> Response:
    answer = Response(file.content, content_type=files.FORMS[file.form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
