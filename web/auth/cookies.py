"""The cookies of staff pages. Only this module names them."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request

from ticketing.platform.http import runtime

STAFF = "kesu_staff"
VISIT = "kesu_visit"


def session_token() -> str | None:
    """The sign-in token the browser sent."""
    return request.cookies.get(STAFF) or None


def set_session(response: Response, token: str, expires_at: datetime) -> None:
    """Keep a sign-in in the browser, out of reach of scripts and of other sites' forms."""
    _set(response, STAFF, token, expires_at)


def forget_session(response: Response) -> None:
    """Remove the sign-in from the browser."""
    response.delete_cookie(STAFF, samesite="Lax", httponly=True, secure=_secure())


def visit() -> str | None:
    """The random mark of a browser that has not signed in."""
    return request.cookies.get(VISIT) or None


def set_visit(response: Response, mark: str) -> None:
    """Give the browser its mark, until it is closed."""
    _set(response, VISIT, mark, None)


def _set(response: Response, name: str, value: str, expires_at: datetime | None) -> None:
    response.set_cookie(name, value, expires=expires_at, httponly=True, samesite="Lax", secure=_secure())


def _secure() -> bool:
    return runtime().settings.public_url.startswith("https://")
