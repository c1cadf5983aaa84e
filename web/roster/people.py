"""Everyone who works tickets: who is at work, what they have in hand, what they can do; changed by leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff import presence, roster
from ticketing.staff.models import Staff, Team
from ticketing.staff.presence import Presence
from ticketing.staff.roster import LANGUAGES, LEVELS, Abilities
from ticketing.staff.rules import Permission
from ticketing.tickets import products, wording, workload
from ticketing.tickets.assignment_rules import CASE
from ticketing.tickets.rules import Category
from ticketing.tickets.workload import InHand
from web import language
from web.agent.forms import whole, written
from web.auth import permission_required
from web.roster.pages import pages

PERSON = "/roster/people/<int:staff_id>"
CLASSES = tuple(item.value for item in Category)
PRODUCTS = tuple(code for code in wording.NAMES["product"] if code in products.CODES)
reading = permission_required(Permission.ROSTER_READ)
editing = permission_required(Permission.ROSTER_EDIT)


@dataclass(frozen=True)
class Line:
    """One person as the roster shows them."""

    member: Staff
    presence: Presence
    since: Any
    on_shift: bool
    hand: InHand
    may_edit: bool

    @property
    def load(self) -> float:
        """What their cases weigh, in cases."""
        return self.hand.load / CASE

    @property
    def filled(self) -> float:
        """How full they are, of the cap that is nearer, in hundredths."""
        shares = (
            self.hand.cases / self.member.open_cap if self.member.open_cap else 1.0,
            self.load / self.member.load_cap if self.member.load_cap else 1.0,
        )
        return round(100 * min(max(shares), 1.0), 1)


@pages.get("/roster")
@reading
def people() -> str:
    """The whole roster."""
    return render_template("roster/people.html", **_shown())


@pages.get("/roster/lines")
@reading
def people_lines() -> str:
    """The lines alone; open pages ask for them every few seconds."""
    return render_template("roster/lines.html", **_shown())


@pages.get(PERSON)
@editing
def person(staff_id: int) -> Any:
    """The form for one person."""
    member = roster.person(session(), staff_id=staff_id)
    if not roster.may_edit(current_actor(), member.team_id):
        raise DomainError("roster_not_your_team")
    return _form(member, _abilities_of(member), seen=member.roster_version)


@pages.post(PERSON)
@editing
def save_person(staff_id: int) -> Any:
    """Save what they can do; a refusal keeps what was chosen."""
    given = _given()
    try:
        roster.edit_person(
            session(),
            clock=runtime().clock,
            actor=current_actor(),
            staff_id=staff_id,
            abilities=given,
            skills_known={*CLASSES, *PRODUCTS},
            seen=whole("seen"),
        )
    except DomainError as error:
        if error.code in {"staff_not_found", "roster_not_your_team"}:
            raise
        member = roster.person(session(), staff_id=staff_id)
        return _form(member, given, seen=whole("seen"), error=error), error.status
    return redirect(url_for("roster.people", _anchor=f"person-{staff_id}"), 303)


def _shown() -> dict[str, Any]:
    now, zone, actor = runtime().clock.now(), language.zone(), current_actor()
    members = workload.working(session())
    hands = workload.in_hand(session(), [member.id for member in members], now=now)
    lines = [
        Line(
            member=member,
            presence=presence.presence_of(member, now),
            since=presence.present_since(member, now),
            on_shift=presence.on_shift(member, now, zone),
            hand=hands[member.id],
            may_edit=roster.may_edit(actor, member.team_id),
        )
        for member in members
    ]
    teams: dict[int, tuple[Team | None, list[Line]]] = {}
    for line in sorted(lines, key=lambda item: (item.member.team_id is None, item.member.team_id, item.member.id)):
        teams.setdefault(line.member.team_id or 0, (line.member.team, []))[1].append(line)
    counts = {choice: sum(line.presence == choice for line in lines) for choice in Presence}
    return {"teams": list(teams.values()), "counts": counts, "classes": CLASSES, "products": PRODUCTS}


def _form(member: Staff, abilities: Abilities, *, seen: int, error: DomainError | None = None) -> str:
    return render_template(
        "roster/person.html",
        member=member,
        abilities=abilities,
        seen=seen,
        error=error,
        languages=LANGUAGES,
        levels=LEVELS,
        classes=CLASSES,
        products=PRODUCTS,
    )


def _abilities_of(member: Staff) -> Abilities:
    return Abilities(
        languages=list(member.speaks),
        skills=dict(member.skills),
        open_cap=member.open_cap,
        load_cap=member.load_cap,
        chat_cap=member.chat_cap,
        shift_starts=member.shift_starts,
        shift_ends=member.shift_ends,
    )


def _given() -> Abilities:
    return Abilities(
        languages=languages_given(),
        skills=skills_given(),
        open_cap=_number("open_cap"),
        load_cap=_number("load_cap"),
        chat_cap=_number("chat_cap"),
        shift_starts=written("shift_starts") or None,
        shift_ends=written("shift_ends") or None,
    )


def languages_given() -> list[str]:
    """The languages that a form ticked."""
    return [code for code in LANGUAGES if code in request.form.getlist("language")]


def skills_given() -> dict[str, int]:
    """The levels that a form chose, by class and product."""
    levels = {code: whole(f"skill_{code}") for code in (*CLASSES, *PRODUCTS)}
    return {code: level for code, level in levels.items() if level}


def _number(name: str) -> int:
    """A field as a number; what is none is out of range."""
    given = written(name)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else -1
