"""Asking to be erased, taking it back, and how the request stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.privacy import erasures
from ticketing.privacy.service import SIGNED_IN_WITHIN
from web import language
from web.customer.browser import customer, customer_id, customers_only, see, signed_in_lately

pages = Blueprint("customer_erasure", __name__, url_prefix="/my/data/erasure")
NOTICES = frozenset({"requested", "withdrawn"})


@pages.get("")
@customers_only
def overview() -> Any:
    """What would go and what has to stay, and how the latest request stands."""
    return overview_page()


@pages.post("")
@customers_only
def ask() -> Any:
    """Ask to be erased; only who has proved lately who they are, and has ticked that it is final."""
    if not signed_in_lately(SIGNED_IN_WITHIN):
        return make_response(render_template("customer/data_again.html", of="erasure"), 403)
    if request.form.get("confirmed") != "yes":
        refusal = DomainError("erasure_not_confirmed")
        return make_response(overview_page(refusal), refusal.status)
    erasures.request(
        session(), clock=runtime().clock, actor=customer(), customer_id=customer_id(), language=language.current()
    )
    return see(url_for(".overview", done="requested"))


@pages.post("/withdrawal")
@customers_only
def withdraw() -> Any:
    """Take the request back while it is not done."""
    found = erasures.newest(session(), customer_id=customer_id())
    if found is None:
        raise DomainError("http_404")
    try:
        erasures.withdraw(session(), clock=runtime().clock, actor=customer(), erasure=found)
    except DomainError as refusal:
        return make_response(overview_page(refusal), refusal.status)
    return see(url_for(".overview", done="withdrawn"))


def overview_page(refusal: DomainError | None = None) -> str:
    """The page, with why something was refused."""
    notice = request.args.get("done")
    found = erasures.newest(session(), customer_id=customer_id())
    return render_template(
        "customer/erasure.html",
        erasure=found,
        standing=found is not None and found.status in erasures.STANDING,
        still_open=erasures.still_open(session(), customer_id=customer_id()),
        years=runtime().settings.complaint_years,
        days=erasures.DECIDED_WITHIN.days,
        grace=erasures.TAKEN_BACK_WITHIN.days,
        refusal=refusal,
        notice=notice if notice in NOTICES else None,
    )
