"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from ticketing.platform.identity import current_actor
from ticketing.staff import service as staff
from ticketing.staff.rules import Permission, allowed
from web.auth import guesses
from web.auth.access import public, signed_in
from web.auth.cookies import forget_session, session_token, set_session
from web.navigation import first_page

pages = Blueprint("auth", __name__)


@pages.get("/sign-in")
@public
def sign_in() -> Any:
    """The door; whoever is in already is led on."""
    if g.get("actor") is not None:
        return redirect(wanted_page(), 303)
    return render_template("auth/sign_in.html", login="", error=None)


@pages.post("/sign-in")
@public
@transaction("none")
def check_sign_in() -> Any:
    """Let someone in, or say why not; a wrong guess is written down either way."""
    login, password = request.form.get("login", "").replace("\0", "").strip()[:80], request.form.get("password", "")
    try:
        with guesses.counted():
            entry = staff.sign_in(
                runtime().database,
                clock=runtime().clock,
                login=login,
                password=password,
                hours=runtime().settings.staff_session_hours,
                replaces=session_token(),
            )
    except DomainError as error:
        response = make_response(render_template("auth/sign_in.html", login=login, error=error), error.status)
        if "retry_after" in error.context:
            response.headers["Retry-After"] = str(error.context["retry_after"])
        return response
    g.actor = staff.actor_of(entry.staff)
    response = make_response(redirect(wanted_page(), 303))
    set_session(response, entry.token, entry.expires_at)
    return response


@pages.post("/sign-out")
@signed_in
def sign_out() -> Any:
    """End this sign-in on the server and in the browser."""
    staff.sign_out(session(), clock=runtime().clock, actor=current_actor(), token=session_token() or "")
    response = make_response(redirect(url_for("auth.sign_in"), 303))
    forget_session(response)
    return response


@pages.get("/account")
@signed_in
def account() -> Any:
    """Who is signed in and what their role may do."""
    actor = current_actor()
    return render_template(
        "auth/account.html", actor=actor, permissions=[item for item in Permission if allowed(actor.role, item)]
    )


@pages.get("/")
@public
@transaction("none")
def home() -> Any:
    """Where the reader's work begins; strangers come to the door (or, outside production, to the demo page)."""
    if g.get("actor") is not None:
        return redirect(first_page(), 303)
    stranger = "demo.home" if "demo.home" in current_app.view_functions else "auth.sign_in"
    return redirect(url_for(stranger), 303)


def wanted_page() -> str:
    """Where the reader was going: an address of ours, never another site's."""
    wanted = request.args.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-")) and wanted.isprintable()
    return wanted if inside else first_page()
