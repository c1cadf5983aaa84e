"""The policies: which there are, one with its history, and taking back what is not in force yet."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import select

from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.sla import drafts, policy_book, rollouts
from ticketing.sla.models import Calendar
from ticketing.staff.rules import Permission
from web.auth import permission_required
from web.promises import words
from web.promises.pages import pages

reading = permission_required(Permission.PROMISE_READ)
editing = permission_required(Permission.PROMISE_EDIT)
POLICY = "/promises/policies/<code>"


@pages.get("/promises/policies")
@reading
def policies() -> str:
    """All policies with what is in force and what comes next."""
    found = policy_book.entries(session(), clock=runtime().clock)
    return render_template("promises/policies.html", entries=found, calendars=calendars(), **tools())


@pages.get(POLICY)
@reading
def policy(code: str) -> str:
    """One policy: its clocks and levels in words, versions to come, history."""
    found = policy_book.entry(session(), clock=runtime().clock, code=code)
    return render_template(
        "promises/policy.html",
        entry=found,
        history=policy_book.history(found),
        calendars=calendars(),
        rollouts=rollouts.of_policy(session(), code),
        **tools(),
    )


@pages.get(f"{POLICY}/rollouts")
@reading
def policy_rollouts(code: str) -> str:
    """How far running tickets have followed; fetched again while it goes on."""
    found = rollouts.of_policy(session(), code)
    return render_template("promises/rollouts.html", rollouts=found, src=url_for(".policy_rollouts", code=code))


@pages.post(f"{POLICY}/versions/<int:version>/withdraw")
@editing
def withdraw_version(code: str, version: int) -> Any:
    """Take back a version that is not in force yet."""
    drafts.withdraw(session(), clock=runtime().clock, actor=current_actor(), code=code, version=version)
    return redirect(url_for(".policy", code=code, _anchor="history"), 303)


def calendars() -> dict[str, Calendar]:
    """The calendars by code."""
    return {row.code: row for row in session().scalars(select(Calendar).order_by(Calendar.id))}


def tools() -> dict[str, Any]:
    """What the policy templates say things with."""
    return {"words": words, "policy_of": policy_book.policy_of, "opened_by": drafts.OPENED_BY}
