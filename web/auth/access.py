"""Deny by default: each view carries who may use it, and this guard reads it before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, ParamSpec
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.exc import OperationalError

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime
from ticketing.platform.log import log
from ticketing.staff import service as staff
from ticketing.staff.rules import Permission, allowed
from web import language
from web.auth.cookies import session_token

P = ParamSpec("P")
API_DOORS = ("/api/", "/chat/")
"""Doors with their own keys: bearer tokens or the conversation's, checked by each of their views."""


@dataclass(frozen=True)
class Access:
    """Who may use a view."""

    kind: Literal["public", "signed_in", "permission", "own_door"]
    permission: Permission | None = None
    door: str | None = None


def public(view: Callable[P, Any]) -> Callable[P, Any]:
    """Anyone."""
    return _mark(view, Access("public"))


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Any member of staff."""
    return _mark(view, Access("signed_in"))


def permission_required(permission: Permission) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Staff whose role carries the permission."""
    return lambda view: _mark(view, Access("permission", permission=permission))


def own_door(name: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """People who are not staff, let in by a guard of the view's own (``customer``)."""
    return lambda view: _mark(view, Access("own_door", door=name))


def access_of(view: object) -> Access | None:
    """What a view declared; None if it declared nothing."""
    found = getattr(view, "kesu_access", None)
    return found if isinstance(found, Access) else None


def install(app: Flask) -> None:
    """Identify staff and check each view's declaration."""
    app.before_request(_identify)
    app.before_request(_guard)
    app.jinja_env.globals["may"] = may


def may(permission: str) -> bool:
    """Whether the one reading carries a permission; templates ask with its value, ``may("ticket.work")``."""
    actor = g.get("actor")
    return actor is not None and actor.kind == "staff" and allowed(actor.role, Permission(permission))


def _mark(view: Callable[P, Any], access: Access) -> Callable[P, Any]:
    view.kesu_access = access  # type: ignore[attr-defined]
    return view


def _identify() -> None:
    """Set ``g.actor`` from the staff cookie; a bearer token, where there is one, speaks instead."""
    token = session_token()
    if token is None or request.endpoint == "static" or request.headers.get("Authorization") or request.path.startswith("/chat/"):
        return
    database, clock = runtime().database, runtime().clock
    with database.reading() as session:
        member = staff.who(session, clock=clock, token=token)
    if member is None:
        return
    language.prefer(member.language)
    g.actor, g.staff_session = replace(staff.actor_of(member), language=language.current()), token
    if staff.seen_long_ago(member, clock.now()):
        try:
            with database.transaction() as session:
                staff.note_seen(session, clock=clock, staff_id=member.id)
        except OperationalError:
            log.warning("staff.seen_not_noted", action="skip")


def _guard() -> Any:
    if request.endpoint in {None, "static"} or request.path.startswith(API_DOORS):
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is not None and access.kind in {"public", "own_door"}:
        return None
    actor = g.get("actor")
    if actor is None:
        return _to_sign_in()
    if access is None or (access.permission is not None and not allowed(actor.role, access.permission)):
        raise DomainError("permission_denied")
    return None


def _to_sign_in() -> Any:
    """Readers go to the door and come back afterwards; a write is refused, so that the browser keeps what was typed."""
    if request.method not in {"GET", "HEAD"}:
        raise DomainError("not_signed_in")
    partial = bool(request.headers.get("HX-Request"))
    wanted = None if partial else request.full_path.rstrip("?")
    address = url_for("auth.sign_in") + (f"?{urlencode({'next': wanted})}" if wanted not in (None, "/") else "")
    if partial:
        return "", 401, {"HX-Refresh": "true"}
    return redirect(address, 303)
