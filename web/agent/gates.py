"""The gates of a case: one page with what may be done beside its steps, and the forms on it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import render_template

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import session
from ticketing.platform.identity import current_actor
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission
from ticketing.tickets import extensions, handover, links, merging, pausing, queries, recusal, service, splitting
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Category
from web.agent import case_page, forms
from web.agent.pages import pages
from web.auth import permission_required

CASE = "/desk/tickets/<number>"
reading = permission_required(Permission.TICKET_READ)
working = permission_required(Permission.TICKET_WORK)
leading = permission_required(Permission.TICKET_REASSIGN)
extending = permission_required(Permission.EXTENSION_APPROVE)


def shown(number: str, values: dict[str, Any] | None = None, **more: Any) -> str:
    """The page of all gates; also after a refusal, with what was typed."""
    values = values or case_page.shown(number)
    ticket = values["ticket"]
    return render_template(
        "desk/gates_page.html",
        **values
        | {
            "candidates": merging.candidates(session(), ticket=ticket),
            "people": queries.colleagues(session()),
            "categories": [item.value for item in Category],
            "pause_reasons": pausing.REASONS,
            "link_kinds": links.BY_HAND,
        }
        | more,
    )


@pages.get(f"{CASE}/more")
@reading
def more(number: str) -> Any:
    """What may be done with a case beside its steps."""
    return shown(number)


@pages.get("/desk/extensions")
@extending
def extension_requests() -> Any:
    """Requests for more statutory time that wait, the next due first."""
    return render_template("desk/extensions.html", waiting=extensions.pending(session(), actor=current_actor()))


@pages.post(f"{CASE}/hand-over/read")
@working
def read_handover(number: str) -> Any:
    """The new owner has read the note."""
    return forms.do(number, _deed(handover.acknowledge), guarded=False)


@pages.post(f"{CASE}/merge")
@working
def merge(number: str) -> Any:
    """Merge this ticket into another of the same customer."""
    return forms.do(
        number, lambda ticket, clock, actor: merging.merge(
            session(), clock=clock, actor=actor, ticket=ticket, into=_other("into"), reason=forms.written("reason")
        ),
    )  # fmt: skip


@pages.post(f"{CASE}/split")
@working
def split(number: str) -> Any:
    """Make a part of this ticket one of its own."""
    category = next((item.value for item in Category if item == forms.written("category")), None)
    if category is None:
        raise DomainError("complaint_category_missing")
    return forms.do(
        number, lambda ticket, clock, actor: splitting.split(
            session(), clock=clock, actor=actor, ticket=ticket, description=forms.written("description"), category=category,
            amount=_amount(),
        ),
    )  # fmt: skip


@pages.post(f"{CASE}/links")
@working
def link(number: str) -> Any:
    """Link this ticket with another."""
    return forms.do(
        number, lambda ticket, clock, actor: links.add(
            session(), clock=clock, actor=actor, ticket=ticket, other=_other("other"), kind=forms.written("kind")
        ), guarded=False,
    )  # fmt: skip


@pages.post(f"{CASE}/links/<int:link_id>/removal")
@working
def unlink(number: str, link_id: int) -> Any:
    """Take a link away."""
    return forms.do(number, _deed(links.remove, link_id=link_id), guarded=False)


@pages.post(f"{CASE}/pause")
@working
def pause(number: str) -> Any:
    """Let the pausable clocks stand still."""
    reason, note = forms.written("reason"), forms.written("note") or None
    return forms.do(number, _deed(pausing.pause, reason=reason, note=note))


@pages.post(f"{CASE}/resume")
@working
def resume(number: str) -> Any:
    """Let the clocks run again."""
    return forms.do(number, _deed(pausing.resume), guarded=False)


@pages.post(f"{CASE}/recusal")
@reading
def declare_interest(number: str) -> Any:
    """The reader has an interest in the case."""
    return forms.do(number, _deed(recusal.declare, reason=forms.written("reason")), guarded=False)


@pages.post(f"{CASE}/recusals")
@leading
def keep_out(number: str) -> Any:
    """A lead keeps someone out of the case."""
    return forms.do(
        number, lambda ticket, clock, actor: recusal.impose(
            session(), clock=clock, actor=actor, ticket=ticket, member=_member("member"), reason=forms.written("reason")
        ), guarded=False,
    )  # fmt: skip


@pages.post(f"{CASE}/recusals/<int:staff_id>/lifting")
@leading
def lift_recusal(number: str, staff_id: int) -> Any:
    """A lead ends a recusal."""
    return forms.do(number, _deed(recusal.lift, staff_id=staff_id), guarded=False)


@pages.post(f"{CASE}/about-staff")
@working
def name_about(number: str) -> Any:
    """Whom the complaint is about; empty clears it."""
    member = _member("member") if forms.whole("member") else None
    return forms.do(number, _deed(recusal.name_about, member=member), guarded=False)


@pages.post(f"{CASE}/extension")
@working
def request_extension(number: str) -> Any:
    """Ask for more of the law's time."""
    return forms.do(number, _deed(extensions.request, reason=forms.written("reason")))


@pages.post(f"{CASE}/extensions/<int:extension_id>/approval")
@extending
def approve_extension(number: str, extension_id: int) -> Any:
    """Grant it."""
    deed = _deed(extensions.approve, extension_id=extension_id, reason=forms.written("reason"))
    return forms.do(number, deed, guarded=False)


@pages.post(f"{CASE}/extensions/<int:extension_id>/refusal")
@extending
def refuse_extension(number: str, extension_id: int) -> Any:
    """Refuse it."""
    deed = _deed(extensions.refuse, extension_id=extension_id, reason=forms.written("reason"))
    return forms.do(number, deed, guarded=False)


@pages.post(f"{CASE}/withdrawal")
@working
def withdraw(number: str) -> Any:
    """Withdraw at the customer's request."""
    reason, evidence = forms.written("reason") or None, forms.written("evidence")
    return forms.do(number, _deed(service.withdraw, reason=reason, evidence=evidence))


def _deed(use_case: Callable[..., Any], **given: Any) -> forms.Deed:
    """A service function as a form's deed."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> object:
        return use_case(session(), clock=clock, actor=actor, ticket=ticket, **given)

    return deed


def _other(field: str) -> Ticket:
    return queries.named(session(), number=forms.written(field).upper()[:40])


def _member(field: str) -> Staff:
    found = session().get(Staff, forms.whole(field))
    if found is None or not found.active:
        raise DomainError("staff_not_found")
    return found


def _amount() -> Decimal | None:
    """The amount of a part; raises ``complaint_amount_invalid``."""
    given = forms.written("amount").replace(",", "")
    try:
        amount = Decimal(given) if given else None
    except InvalidOperation as error:
        raise DomainError("complaint_amount_invalid") from error
    if amount is not None and not (amount.is_finite() and 0 <= amount < 10**14):
        raise DomainError("complaint_amount_invalid")
    return None if amount is None else amount.quantize(Decimal("0.01"))


case_page.AGAIN |= {
    f"desk.{view.__name__}": shown
    for view in (merge, split, link, unlink, pause, declare_interest, keep_out, lift_recusal, name_about,
                 request_extension, approve_extension, refuse_extension, withdraw)
}  # fmt: skip
