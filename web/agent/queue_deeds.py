"""What is done from the queue: one deed for several tickets, and the views that people save."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import bulk, saved_views
from ticketing.tickets.bulk import Deed, Outcome, Pick, Seen
from ticketing.tickets.filters import Wanted
from web.agent import forms, queue
from web.agent.pages import pages
from web.auth import permission_required

VIEWS = "/desk/views"
reading = permission_required(Permission.TICKET_READ)


@pages.post("/desk/bulk")
@permission_required(Permission.TICKET_WORK)
def do_to_many() -> Any:
    """Do one thing to all ticked tickets and tell of each what became of it."""
    try:
        outcomes = _run() if forms.first_time() else []
    except DomainError as error:
        return _told([], error), error.status
    return _told(outcomes)


@pages.post(VIEWS)
@reading
def save_view() -> Any:
    """Keep the queue as it is shown."""
    view = saved_views.save(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        name=forms.written("name"),
        wanted=Wanted.of(request.form),
        shared=bool(request.form.get("shared")),
        start=bool(request.form.get("start")),
    )
    return redirect(url_for("desk.queue", saved=view.id), 303)


@pages.post(f"{VIEWS}/<int:view_id>")
@reading
def change_view(view_id: int) -> Any:
    """Rename a view, delete it, or begin with it."""
    do, actor = request.form.get("do"), current_actor()
    if do == "delete":
        saved_views.remove(session(), actor=actor, view_id=view_id)
        return redirect(url_for("desk.queue", view="mine"), 303)
    if do in {"start", "stop"}:
        saved_views.begin_with(session(), actor=actor, view_id=view_id if do == "start" else None)
    else:
        saved_views.rename(session(), clock=runtime().clock, actor=actor, view_id=view_id, name=forms.written("name"))
    return redirect(url_for("desk.queue", saved=view_id), 303)


def _run() -> list[Outcome]:
    return bulk.run(
        session(), picks=_picks(), deed=_deed(request.form.get("do", "")), seen=Seen(forms.seen(), forms.HARMLESS)
    )


def _picks() -> list[Pick]:
    """The ticked tickets, each once, as ``number:version``."""
    picks = {}
    for given in request.form.getlist("pick"):
        number, _, version = given.partition(":")
        if version.isascii() and version.isdigit() and len(version) < 10:
            picks[number] = Pick(number, int(version))
    return list(picks.values())


def _deed(do: str) -> Deed:
    clock, actor = runtime().clock, current_actor()
    if do == "claim":
        return lambda ticket: bulk.claim(session(), clock=clock, actor=actor, ticket=ticket)
    if do == "reassign":
        to, note = forms.whole("to"), forms.written("handover_note") or None
        return lambda ticket: bulk.reassign(session(), clock=clock, actor=actor, ticket=ticket, to_id=to, note=note)
    if do in {"raise", "lower"}:
        up = do == "raise"
        return lambda ticket: bulk.change_priority(session(), clock=clock, actor=actor, ticket=ticket, up=up)
    if do == "note":
        text = forms.written("note")
        if not text:
            raise DomainError("desk_note_missing")
        return lambda ticket: bulk.add_note(session(), clock=clock, actor=actor, ticket=ticket, text=text)
    raise DomainError("bulk_unknown")


def _told(outcomes: list[Outcome], error: DomainError | None = None) -> str:
    """Beside the queue where the page asked for it, else the whole queue again with it on top."""
    told = {"outcomes": outcomes, "error": error, "do": request.form.get("do", "")}
    if request.headers.get("HX-Request"):
        return render_template("desk/outcomes.html", **told)
    values = queue.shown(dict(part.split("=", 1) for part in request.form.getlist("shown") if "=" in part))
    return render_template("desk/queue.html", **values | queue.form() | told)
