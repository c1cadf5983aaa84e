"""The way in from the chat: a one-time link signs this browser in and leads on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from ticketing.conversations import service as conversations
from ticketing.platform.http import runtime, session, transaction
from web.auth import own_door
from web.customer.browser import see, sign_in

pages = Blueprint("customer_enter", __name__)


@pages.get("/my/enter")
@own_door("customer")
@transaction("write")
def enter() -> Any:
    """Use up the link; raises ``link_expired`` for one that was used, is too old, or never was.

    A HEAD only asks whether something is there, as mail scanners and previews do: it uses nothing up.
    """
    if request.method == "HEAD":
        return "", 204
    link = conversations.redeem_page_link(session(), clock=runtime().clock, token=request.args.get("token", ""))
    response = see(link.path if link.path.startswith(("/my/", "/s/")) else "/my/tickets")
    sign_in(response, link.customer_id, link.language)
    return response
