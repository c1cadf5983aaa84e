"""Choosing one's own password: by whoever is in, and before anything else by whoever has a one-time one."""

from __future__ import annotations

from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, transaction
from ticketing.platform.identity import current_actor
from ticketing.staff import passwords
from ticketing.staff import service as staff
from web.auth import guesses
from web.auth.access import signed_in
from web.auth.cookies import session_token
from web.auth.views import pages, wanted_page


@pages.get("/account/password")
@signed_in
@transaction("none")
def password() -> str:
    """The form."""
    return _form()


@pages.post("/account/password")
@signed_in
@transaction("none")
def change_password() -> Any:
    """Change it, or say why not; a wrong guess is written down either way."""
    try:
        _change()
    except DomainError as error:
        response = make_response(_form(error), error.status)
        if "retry_after" in error.context:
            response.headers["Retry-After"] = str(error.context["retry_after"])
        return response
    return redirect(wanted_page() if g.one_time else url_for("auth.account", saved="password"), 303)


def _change() -> None:
    wanted = request.form.get("wanted", "")
    if wanted != request.form.get("repeated"):
        raise DomainError("password_not_repeated")
    with guesses.counted():
        staff.change_password(
            runtime().database,
            clock=runtime().clock,
            actor=current_actor(),
            token=session_token() or "",
            current=request.form.get("current", ""),
            wanted=wanted,
        )


def _form(error: DomainError | None = None) -> str:
    return render_template("auth/password.html", error=error, least=passwords.SHORTEST, most=passwords.LONGEST)
