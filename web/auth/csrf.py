"""Proof that a write comes from our own page.

The token is an HMAC over the credential that the browser sends by itself: the staff session, else the browser's visit mark.
So it needs no storage, ends with the session, and a token from one session is worth nothing in another. Forms carry it as
``csrf_token``, scripts as ``X-CSRF-Token``. Doors that take no cookie (bearer tokens, the chat gateway) need no proof.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, Response, g, request
from markupsafe import Markup

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime
from web.auth.cookies import session_token, set_visit, visit

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Check every cookie-borne write and give templates ``csrf_token()`` and ``csrf_field()``."""
    app.before_request(_check)
    app.after_request(_give_mark)
    app.jinja_env.globals.update(csrf_token=token, csrf_field=field)


def token() -> str:
    """The token for this browser's forms."""
    return _token_for(_bound_to() or _new_mark())


def field() -> Markup:
    """The hidden input of a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token())


def _check() -> None:
    if request.method in SAFE or request.endpoint is None or not _cookie_borne():
        return
    bound = _bound_to()
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if bound is None or not hmac.compare_digest(given.encode(), _token_for(bound).encode()):
        raise DomainError("csrf_failed")


def _cookie_borne() -> bool:
    """Whether this write could ride on a cookie of ours."""
    if request.path.startswith("/chat/"):
        return False
    if request.path.startswith("/api/"):
        return g.get("staff_session") is not None
    return True


def _bound_to() -> str | None:
    if g.get("staff_session"):
        return f"staff {session_token()}"
    mark = visit()
    return f"visit {mark}" if mark else None


def _new_mark() -> str:
    if "visit_mark" not in g:
        g.visit_mark = secrets.token_urlsafe(24)
    return f"visit {g.visit_mark}"


def _give_mark(response: Response) -> Response:
    if "visit_mark" in g:
        set_visit(response, g.visit_mark)
    return response


def _token_for(bound: str) -> str:
    return hmac.digest(runtime().settings.secret_key.encode(), b"kesu csrf " + bound.encode(), "sha256").hex()
