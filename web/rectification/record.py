"""A root-cause record: its page and its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from ticketing.conversations.rules import clean_text
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.reports import rectification as figures
from ticketing.rootcauses import actions, queries, rules, service
from ticketing.rootcauses.models import RootCause
from ticketing.rootcauses.rules import Cause, Step
from ticketing.staff.rules import Permission
from ticketing.tickets import queries as tickets
from ticketing.tickets import rectify
from web import language, security
from web.agent import forms
from web.auth import permission_required
from web.rectification import chart
from web.rectification.pages import ROOT, pages

RECORD = f"{ROOT}/<number>"
HARMLESS = frozenset({"reminded", "ticket_linked", "ticket_removed", "noted"})
"""Events that change nothing a form decides upon."""
WHY_FIELDS = 5
working = permission_required(Permission.ROOT_CAUSE_WORK)
Deed = Callable[[RootCause, Clock, Actor], object]


@pages.get(RECORD)
@permission_required(Permission.ROOT_CAUSE_READ)
def record(number: str) -> Any:
    """Everything about one record."""
    return shown(number)


@pages.post(f"{ROOT}/for/<number>")
@working
def open_for_ticket(number: str) -> Any:
    """Open a record for a ticket by hand, or go to the one it is in."""
    ticket = tickets.by_number(session(), number=number)
    opened = rectify.open_by_hand(session(), clock=runtime().clock, actor=current_actor(), ticket=ticket)
    return redirect(url_for("rectification.record", number=opened.number), 303)


@pages.post(f"{RECORD}/analysis")
@working
def save_analysis(number: str) -> Any:
    """The why-chain and the cause: kept, or completed."""
    given = {name: forms.written(name) for name in ("few_whys", "cause", "cause_category")}
    whys = [clean_text(why) for why in request.form.getlist("why")]
    complete = forms.written("complete") == "1"
    return _do(
        number,
        lambda found, clock, actor: service.save_analysis(
            session(), clock=clock, actor=actor, record=found, whys=whys, complete=complete, **given
        ),
        done="saved",
    )


@pages.post(f"{RECORD}/owner")
@working
def assign(number: str) -> Any:
    """Give the record to a colleague."""
    return _do(
        number,
        lambda found, clock, actor: service.assign(
            session(), clock=clock, actor=actor, record=found, to=forms.whole("owner")
        ),
    )


@pages.post(f"{RECORD}/actions")
@working
def agree_action(number: str) -> Any:
    """Agree on a measure."""
    return _do(
        number,
        lambda found, clock, actor: actions.agree(
            session(),
            clock=clock,
            actor=actor,
            record=found,
            what=forms.written("what"),
            owner_id=forms.whole("action_owner"),
            due_on=_day(),
        ),
    )


@pages.post(f"{RECORD}/actions/<int:action>/<step>")
@working
def move_action(number: str, action: int, step: str) -> Any:
    """Done, verified, sent back, moved or dropped."""
    needed: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
        "done": (actions.finish, {"evidence": forms.written("evidence")}),
        "verified": (actions.verify, {}),
        "returned": (actions.send_back, {"reason": forms.written("reason"), "due_on": _day()}),
        "moved": (actions.reschedule, {"reason": forms.written("reason"), "due_on": _day()}),
        "dropped": (actions.drop, {"reason": forms.written("reason")}),
    }
    if step not in needed:
        raise DomainError("root_cause_action_not_found", number=action)
    deed, values = needed[step]
    return _do(
        number,
        lambda found, clock, actor: deed(session(), clock=clock, actor=actor, record=found, number=action, **values),
    )


@pages.post(f"{RECORD}/tickets")
@working
def link_ticket(number: str) -> Any:
    """Put another ticket under the record."""

    def deed(found: RootCause, clock: Clock, actor: Actor) -> None:
        ticket = tickets.named(session(), number=forms.written("ticket").upper()[:40])
        rectify.put_by_hand(session(), clock=clock, actor=actor, ticket=ticket, record=found)

    return _do(number, deed, guarded=False)


@pages.post(f"{RECORD}/tickets/removal")
@working
def unlink_ticket(number: str) -> Any:
    """Take a ticket out."""

    def deed(found: RootCause, clock: Clock, actor: Actor) -> None:
        ticket = tickets.by_number(session(), number=forms.written("ticket"))
        rectify.take_out(session(), clock=clock, actor=actor, ticket=ticket, record=found)

    return _do(number, deed, guarded=False)


@pages.post(f"{RECORD}/checks")
@working
def judge_effect(number: str) -> Any:
    """Effective or not, on the counts as they are now."""

    def deed(found: RootCause, clock: Clock, actor: Actor) -> None:
        service.require_step(found, Step.CHECK)
        days = forms.whole("days")
        counted = figures.counts(session(), record=found, days=days)
        if forms.written("effective") not in {"yes", "no"}:
            raise DomainError("root_cause_verdict_missing")
        service.check(
            session(),
            clock=clock,
            actor=actor,
            record=found,
            days=days,
            effective=forms.written("effective") == "yes",
            note_text=forms.written("check_note"),
            before=counted.before,
            after=counted.after,
        )

    return _do(number, deed)


@pages.post(f"{RECORD}/dismissal")
@working
def dismiss(number: str) -> Any:
    """Close without actions."""
    return _do(
        number,
        lambda found, clock, actor: service.dismiss(
            session(), clock=clock, actor=actor, record=found, reason=forms.written("dismissal")
        ),
    )


@pages.post(f"{RECORD}/notes")
@working
def add_note(number: str) -> Any:
    """Something worth remembering; it overwrites nothing."""
    return _do(
        number,
        lambda found, clock, actor: service.add_note(
            session(), clock=clock, actor=actor, record=found, text=forms.written("note")
        ),
        guarded=False,
    )


def shown(number: str, *, error: DomainError | None = None) -> str:
    """The whole page; after a refusal with the reason and what was typed."""
    found, clock = service.by_number(session(), number), runtime().clock
    log = queries.log_of(session(), found, newest_first=True)
    typed = request.form if error else {}
    written = request.form.getlist("why") if error and "why" in request.form else found.whys
    weeks = figures.weeks(session(), clock=clock, record=found)
    days = rules.next_check(check.days for check in found.checks_now) if found.watching_since else None
    return render_template(
        "rectification/record.html",
        record=found,
        promises=queries.promises(session(), found),
        tickets=figures.tickets_of(session(), found),
        log=log,
        seen=max((event.id for event in log), default=0),
        news=[event for event in log if event.id > forms.seen() and event.kind not in HARMLESS] if error else [],
        whys=[*written, *[""] * max(2, WHY_FIELDS - len(written))],
        causes=[cause.value for cause in Cause],
        people=service.workers(session()),
        bars=chart.bars(weeks),
        weeks=weeks,
        next_check=days,
        check_opens_at=rules.check_opens_at(found.watching_since, days) if found.watching_since and days else None,
        counted=figures.counts(session(), record=found, days=days) if days else None,
        today=clock.now().astimezone(language.zone()).date(),
        may_act=rules.allows(Step.AGREE_ACTION, found.status),
        may_dismiss=rules.allows(Step.DISMISS, found.status),
        once=forms.once_key,
        typed=typed,
        error=error,
        done=request.args.get("done") == "saved",
    )


def _do(number: str, deed: Deed, *, guarded: bool = True, done: str | None = None) -> Any:
    """Once per form, not over someone else's change, back to the record, which says what is ``done``."""
    if forms.first_time():
        found = service.by_number(session(), number)
        later = queries.log_of(session(), found, after=forms.seen())
        if guarded and any(event.kind not in HARMLESS for event in later):
            raise DomainError("version_conflict")
        deed(found, runtime().clock, current_actor())
    at = request.form.get("at") or None
    return redirect(url_for("rectification.record", number=number, done=done, _anchor=at), 303)


def _day() -> date | None:
    """The form's date; None for anything that is none."""
    try:
        return date.fromisoformat(forms.written("due_on"))
    except ValueError:
        return None


@pages.errorhandler(DomainError)
def refused(error: DomainError) -> Any:
    """Show the record again with the reason; where there is none to show, the ordinary refusal."""
    number = str((request.view_args or {}).get("number", ""))
    if request.method == "GET" or error.status in {401, 404} or not number.startswith("RC-"):
        return security.render_refusal(error)
    with runtime().database.reading() as g.session:
        return shown(number, error=error), error.status


@pages.errorhandler(StaleDataError)
def overtaken(_error: StaleDataError) -> Any:
    """The database noticed the lost update first (PostgreSQL)."""
    return refused(DomainError("version_conflict"))
