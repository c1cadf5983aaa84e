"""Deny by default: each view carries who may use it, and this guard reads it before the view runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.exc import OperationalError

from ticketing.platform.access import Access, access_of, own_door, permission_required, public, signed_in
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime
from ticketing.platform.log import log
from ticketing.staff import presence
from ticketing.staff import service as staff
from ticketing.staff.rules import Permission, allowed
from web import language
from web.auth.cookies import session_token

__all__ = [
    "API_DOORS",
    "access_of",
    "declared",
    "install",
    "may",
    "own_door",
    "permission_required",
    "public",
    "signed_in",
]

API_DOORS = ("/api/", "/chat/")
"""Doors for programs, with keys of their own: bearer tokens, or the conversation's cookie."""
WITH_ONE_TIME_PASSWORD = frozenset({"auth.password", "auth.change_password", "auth.sign_out"})
"""All that is open to whoever has not chosen a password of their own yet."""
BLUEPRINTS = {"chat": Access("own_door", door="conversation"), "openapi": Access("public"), "swagger": Access("public")}
"""Declared for all views of a blueprint: the gateway checks the conversation in each view, the documentation is for anyone."""


def install(app: Flask) -> None:
    """Identify staff and check each view's declaration."""
    app.before_request(_identify)
    app.before_request(_guard)
    app.jinja_env.globals["may"] = may


def may(permission: str) -> bool:
    """Whether the one reading carries a permission; templates ask with its value, ``may("ticket.work")``."""
    actor = g.get("actor")
    return actor is not None and actor.kind == "staff" and allowed(actor.role, Permission(permission))


def _identify() -> None:
    """Set ``g.actor`` from the staff cookie; a bearer token, where there is one, speaks instead."""
    token = session_token()
    if (
        token is None
        or request.endpoint == "static"
        or request.headers.get("Authorization")
        or request.path.startswith("/chat/")
    ):
        return
    database, clock = runtime().database, runtime().clock
    with database.reading() as session:
        member = staff.who(session, clock=clock, token=token)
    if member is None:
        return
    language.prefer(member.language)
    g.presence, g.one_time = member.presence, member.one_time_until is not None
    g.actor, g.staff_session = replace(staff.actor_of(member), language=language.current()), token
    if presence.seen_long_ago(member, clock.now()):
        try:
            with database.transaction() as session:
                presence.note_seen(session, clock=clock, staff_id=member.id)
        except OperationalError:
            log.warning("staff.seen_not_noted", action="skip")


def declared(endpoint: str) -> Access | None:
    """Who may use an endpoint; None, and so nobody, if neither its view nor its blueprint says."""
    blueprint = endpoint.partition(".")[0] if "." in endpoint else ""
    return access_of(current_app.view_functions[endpoint]) or BLUEPRINTS.get(blueprint)


def _guard() -> Any:
    if request.endpoint in {None, "static"}:
        return None
    access = declared(request.endpoint)
    if access is not None and access.kind in {"public", "own_door"}:
        return None
    actor = g.get("actor")
    if actor is None:
        return _to("auth.sign_in", DomainError("not_signed_in"))
    if access is None or not _may_use(access, actor):
        raise DomainError("permission_denied")
    if g.get("one_time") and request.endpoint not in WITH_ONE_TIME_PASSWORD:
        return _to("auth.password", DomainError("password_is_one_time"))
    return None


def _may_use(access: Access, actor: Actor) -> bool:
    if actor.kind == "customer":
        return access.customers
    if actor.kind == "integration":
        return access.scope is not None and access.scope == actor.role
    if access.permission is not None:
        return allowed(actor.role, Permission(access.permission))
    return access.kind == "signed_in"


def _to(door: str, refusal: DomainError) -> Any:
    """Readers go to the door and come back afterwards; a write is refused, so that the browser keeps what was typed."""
    if request.method not in {"GET", "HEAD"} or request.path.startswith(API_DOORS):
        raise refusal
    partial = bool(request.headers.get("HX-Request"))
    wanted = None if partial else request.full_path.rstrip("?")
    address = url_for(door) + (f"?{urlencode({'next': wanted})}" if wanted not in (None, "/") else "")
    if partial:
        return "", 401, {"HX-Refresh": "true"}
    return redirect(address, 303)
