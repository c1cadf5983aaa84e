"""The customer's own points, and the page that ends care messages.

Looking ends nothing: mail scanners open links.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from ticketing.care import queries, sending
from ticketing.customers import consents
from ticketing.platform.actor import Actor
from ticketing.platform.http import runtime, session
from ticketing.points import service
from web import language
from web.auth import own_door
from web.customer.browser import customer_id, customers_only

pages = Blueprint("customer_points", __name__)


@pages.get("/my/points")
@customers_only
def own_points() -> Any:
    """Balance and movements."""
    return render_template(
        "customer/points.html",
        balance=service.balance(session(), customer_id()),
        entries=queries.entries(session(), customer_id(), limit=50),
    )


@pages.get("/care/stop/<token>")
@own_door("customer")
def confirm_stop(token: str) -> str:
    """Ask once; the link is the key. Raises ``care_link_invalid``."""
    found = sending.customer_of_token(session(), token)
    language.prefer(found.language)
    wanted = consents.allows(session(), customer_id=found.id, purpose="care")
    return render_template("customer/care_stop.html", token=token, wanted=wanted)


@pages.post("/care/stop/<token>")
@own_door("customer")
def stop(token: str) -> str:
    """Withdraw the consent to care; again changes nothing."""
    found = sending.customer_of_token(session(), token)
    language.prefer(found.language)
    actor = Actor(kind="customer", id=found.id, language=found.language)
    consents.record(
        session(),
        clock=runtime().clock,
        actor=actor,
        customer_id=found.id,
        purpose="care",
        given=False,
        how="unsubscribe",
    )
    return render_template("customer/care_stop.html", token=token, wanted=False)
