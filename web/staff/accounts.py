"""The list of accounts, one account, and what an administrator does to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff import accounts, passwords
from ticketing.staff.accounts import Newcomer, Post
from ticketing.staff.models import Staff, Team
from ticketing.staff.roster import LANGUAGES, LEVELS
from ticketing.staff.rules import Permission, Role
from ticketing.tickets import workload
from web import language
from web.agent.forms import whole, written
from web.auth import permission_required
from web.refusals import Refusals
from web.roster.people import CLASSES, PRODUCTS, languages_given, skills_given

pages = Blueprint("staff", __name__)
shows_refusals_of = Refusals(pages).of
administering = permission_required(Permission.STAFF_EDIT)
ACCOUNT = "/staff/<int:staff_id>"


@pages.get("/staff")
@administering
def people() -> str:
    """Everybody who has an account."""
    return render_template("staff/people.html", people=accounts.everyone(session()))


@pages.get("/staff/new")
@administering
def newcomer() -> str:
    """The form for someone new."""
    return _newcomer_form()


@pages.post("/staff")
@administering
def add() -> str:
    """Make an account; its one-time password is on this answer and never again."""
    given = Newcomer(written("login").lower(), _post_given(), languages_given(), skills_given())
    member, password = accounts.add(
        session(), clock=runtime().clock, actor=current_actor(), newcomer=given, skills_known={*CLASSES, *PRODUCTS}
    )
    return _account(member, password=password)


@pages.get(ACCOUNT)
@administering
def account(staff_id: int) -> str:
    """One account."""
    return _account(accounts.account(session(), staff_id=staff_id))


@pages.post(ACCOUNT)
@administering
def change(staff_id: int) -> Any:
    """Change what someone is."""
    accounts.change(session(), clock=runtime().clock, actor=current_actor(), staff_id=staff_id, post=_post_given())
    return redirect(url_for("staff.account", staff_id=staff_id, saved=1), 303)


@pages.post(f"{ACCOUNT}/deactivation")
@administering
def deactivate(staff_id: int) -> Any:
    """Let someone in no more."""
    accounts.deactivate(session(), clock=runtime().clock, actor=current_actor(), staff_id=staff_id)
    return redirect(url_for("staff.account", staff_id=staff_id), 303)


@pages.post(f"{ACCOUNT}/reactivation")
@administering
def reactivate(staff_id: int) -> str:
    """Let someone in again, with a one-time password."""
    password = accounts.reactivate(session(), clock=runtime().clock, actor=current_actor(), staff_id=staff_id)
    return _account(accounts.account(session(), staff_id=staff_id), password=password)


@pages.post(f"{ACCOUNT}/password")
@administering
def reset_password(staff_id: int) -> str:
    """A one-time password for someone who lost theirs."""
    password = accounts.reset_password(session(), clock=runtime().clock, actor=current_actor(), staff_id=staff_id)
    return _account(accounts.account(session(), staff_id=staff_id), password=password)


@shows_refusals_of("add")
def not_added(refusal: DomainError) -> Any:
    """The form again, with the reason and what was typed."""
    return make_response(_newcomer_form(refusal), refusal.status)


@shows_refusals_of("change", "deactivate", "reset_password")
def not_done(refusal: DomainError) -> Any:
    """The account as it is, with the reason; a refused form keeps what was typed."""
    member = accounts.account(session(), staff_id=(request.view_args or {})["staff_id"])
    typed = _post_given() if request.endpoint == "staff.change" else None
    return make_response(_account(member, refusal=refusal, typed=typed), refusal.status)


def _newcomer_form(refusal: DomainError | None = None) -> str:
    return render_template(
        "staff/newcomer.html",
        refusal=refusal,
        post=_post_given(),
        login=written("login"),
        chosen=languages_given() or [language.current()],
        skills=skills_given(),
        languages=LANGUAGES,
        levels=LEVELS,
        classes=CLASSES,
        products=PRODUCTS,
        **_choices(),
    )


def _account(
    member: Staff, *, password: str | None = None, refusal: DomainError | None = None, typed: Post | None = None
) -> str:
    return render_template(
        "staff/account.html",
        member=member,
        password=password,
        days=passwords.ONE_TIME.days,
        refusal=refusal,
        post=typed or member,
        in_hand=workload.in_hand(session(), [member.id], now=runtime().clock.now())[member.id].cases,
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    teams = session().scalars(select(Team).order_by(Team.id))
    named = [(team.id, team.name_en if language.current() == "en" else team.name_zh) for team in teams]
    return {
        "teams": named,
        "roles": [(role.value, language.word("role", role)) for role in Role],
        "page_languages": [(code, language.text(f"roster.language.{code}")) for code in LANGUAGES],
    }


def _post_given() -> Post:
    return Post(
        name=written("name"),
        email=written("email"),
        role=written("role"),
        team_id=whole("team") or None,
        language=written("pages") or language.current(),
    )
