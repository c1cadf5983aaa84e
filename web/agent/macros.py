"""The page of canned answers: everyone's, changed by leads, and one's own."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.conversations import macros
from ticketing.conversations.macros import Wording
from ticketing.conversations.models import Macro
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web.agent.forms import whole, written
from web.agent.pages import pages
from web.auth import permission_required

working = permission_required(Permission.TICKET_WORK)
KEPT = frozenset({"permission_denied", "macro_not_found"})
"""Refusals after which there is no form to show again."""


@pages.get("/desk/macros")
@working
def macro_list() -> Any:
    """All of them, and the form for a new one."""
    return _page()


@pages.post("/desk/macros")
@working
def add_macro() -> Any:
    """Add one; a refusal keeps what was typed."""
    try:
        macros.add(
            session(),
            clock=runtime().clock,
            actor=current_actor(),
            wording=_typed(),
            shared=request.form.get("shared") == "1",
        )
    except DomainError as error:
        return _again(error)
    return redirect(url_for("desk.macro_list"), 303)


@pages.get("/desk/macros/<int:macro_id>")
@working
def macro_form(macro_id: int) -> Any:
    """The form for one."""
    return _page(edited=macros.get(session(), actor=current_actor(), macro_id=macro_id))


@pages.post("/desk/macros/<int:macro_id>")
@working
def edit_macro(macro_id: int) -> Any:
    """Change one; a refusal keeps what was typed."""
    try:
        macros.edit(
            session(),
            clock=runtime().clock,
            actor=current_actor(),
            macro_id=macro_id,
            wording=_typed(),
            seen=whole("seen"),
        )
    except DomainError as error:
        return _again(error, macro_id)
    return redirect(url_for("desk.macro_list"), 303)


@pages.post("/desk/macros/<int:macro_id>/removal")
@working
def remove_macro(macro_id: int) -> Any:
    """Take one away."""
    macros.remove(session(), clock=runtime().clock, actor=current_actor(), macro_id=macro_id)
    return redirect(url_for("desk.macro_list"), 303)


def _typed() -> Wording:
    return Wording(written("shortcut").lower(), written("title"), written("text_zh"), written("text_en"))


def _again(error: DomainError, macro_id: int | None = None) -> Any:
    if error.code in KEPT:
        raise error
    edited = macros.get(session(), actor=current_actor(), macro_id=macro_id) if macro_id is not None else None
    return _page(edited=edited, typed=request.form, error=error), error.status


def _page(*, edited: Macro | None = None, typed: Any = None, error: DomainError | None = None) -> str:
    shared, own = macros.every(session(), staff_id=current_actor().id or 0)
    return render_template(
        "desk/macros.html",
        shared=shared,
        own=own,
        edited=edited,
        typed=typed if typed is not None else edited,
        seen=whole("seen") if typed is not None and edited else edited.version if edited else 0,
        error=error,
        placeholders=macros.PLACEHOLDERS,
        longest=macros.LONGEST_TEXT,
    )
