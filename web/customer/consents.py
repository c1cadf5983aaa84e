"""What a customer lets us send, on their own pages: seen, given and withdrawn with one button each way."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from ticketing.customers import consents
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from web import language
from web.customer.browser import customer, customer_id, customers_only, see

pages = Blueprint("customer_consents", __name__, url_prefix="/my/data/consents")
NOTICES = frozenset({"given", "withdrawn"})


@pages.get("")
@customers_only
def overview() -> Any:
    """What holds for each purpose, and all that was ever given or withdrawn."""
    return overview_page()


@pages.post("")
@customers_only
def choose() -> Any:
    """Give or withdraw one consent; pressing again changes nothing."""
    given = request.form.get("given") == "1"
    purpose = request.form.get("purpose", "")
    try:
        consents.choose(session(), clock=runtime().clock, actor=customer(), purpose=purpose, given=given)
    except DomainError as refusal:
        return make_response(overview_page(refusal), refusal.status)
    return see(url_for(".overview", done="given" if given else "withdrawn", purpose=purpose))


def overview_page(refusal: DomainError | None = None) -> str:
    """The page, with what was just done or why it was refused."""
    rows = consents.latest(session(), customer_id())
    done, purpose = request.args.get("done"), request.args.get("purpose")
    notice = None
    if done in NOTICES and purpose in consents.OPTIONAL:
        notice = language.text(f"my.consent.done.{done}", purpose=language.text(f"customers.purpose.{purpose}"))
    return render_template(
        "customer/consents.html",
        holds={purpose: consents.holds(rows, purpose) for purpose in consents.OPTIONAL},
        newest=rows,
        history=consents.history(session(), customer_id()),
        refusal=refusal,
        notice=notice,
    )
