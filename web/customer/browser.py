"""The customer's browser: who is signed in, and forms that do their deed once.

Sign-in is a signed cookie, set by the chat's one-time link or by the complaint form; the conversation's own cookie, where
the browser has one, speaks for its customer too. That a form is ours is proved by
``csrf_field()`` of web/auth; the hidden key beside it makes a double click one deed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, cast

from flask import Response, g, make_response, redirect, render_template, request

from ticketing.conversations.models import Conversation
from ticketing.conversations.tokens import (
    APP_LIFETIME,
    CUSTOMER_LIFETIME,
    ConversationClaims,
    customer_signed_in_at,
    read_app_token,
    read_customer_token,
    sign_app_token,
    sign_customer_token,
)
from ticketing.customers.models import Customer
from ticketing.platform import idempotency
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.ids import public_id, token_hash
from web import language
from web.auth import own_door
from web.auth.cookies import visit

P = ParamSpec("P")
CUSTOMER_COOKIE = "kesu_customer"
CONVERSATION_COOKIE = "kesu_conversation"


def signed_in_customer() -> Actor | None:
    """The customer whose browser this is, None for a visitor and for one whom we no longer know."""
    for known in (_by_customer_cookie, _by_conversation_cookie):
        try:
            customer_id, spoken = known()
        except DomainError:
            continue
        found = session().get(Customer, customer_id)
        # Everything of a double has moved to a customer who may be somebody else than this browser's.
        if found is not None and found.merged_into_id is None and found.erased_at is None:
            language.prefer(spoken)
            return Actor(kind="customer", id=customer_id, language=language.current())
    return None


def _by_customer_cookie() -> tuple[int, str]:
    current = runtime()
    token = request.cookies.get(CUSTOMER_COOKIE, "")
    return read_customer_token(current.settings.secret_key, clock=current.clock, token=token)


def _by_conversation_cookie() -> tuple[int, str]:
    current = runtime()
    token = request.cookies.get(CONVERSATION_COOKIE, "")
    claims = read_app_token(current.settings.secret_key, clock=current.clock, token=token)
    return claims.customer_id, claims.language


def signed_in_lately(within: timedelta) -> bool:
    """Whether this browser was signed in within that time; one that came back by its conversation was not."""
    current = runtime()
    token = request.cookies.get(CUSTOMER_COOKIE, "")
    try:
        at = customer_signed_in_at(current.settings.secret_key, clock=current.clock, token=token)
    except DomainError:
        return False
    return current.clock.now() - at <= within


def customers_only(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let in signed-in customers; others read how to come in."""

    @functools.wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        g.actor = signed_in_customer()
        if g.actor is None:
            return make_response(render_template("customer/sign_in.html"), 401)
        return view(*args, **kwargs)

    return own_door("customer")(run)


def customer() -> Actor:
    """The signed-in customer of a ``customers_only`` view."""
    return cast(Actor, g.actor)


def customer_id() -> int:
    """Their id."""
    return cast(int, customer().id)


def sign_in(response: Response, customer_id: int, spoken: str | None = None) -> None:
    """Sign this browser in to the customer's own pages."""
    current = runtime()
    token = sign_customer_token(
        current.settings.secret_key,
        clock=current.clock,
        customer_id=customer_id,
        language=spoken or language.current(),
    )
    _keep(response, CUSTOMER_COOKIE, token, CUSTOMER_LIFETIME)


def keep_conversation(response: Response, conversation: Conversation) -> None:
    """Let this browser come back to its conversation, and so to the customer's tickets, for as long as a chat could."""
    current = runtime()
    claims = ConversationClaims(
        conversation.public_id, conversation.id, conversation.customer_id, conversation.language
    )
    token = sign_app_token(current.settings.secret_key, clock=current.clock, claims=claims)
    _keep(response, CONVERSATION_COOKIE, token, APP_LIFETIME)


def _keep(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    secure = runtime().settings.public_url.startswith("https://")
    response.set_cookie(
        name, value, max_age=int(lifetime.total_seconds()), httponly=True, samesite="Lax", secure=secure
    )


def form_key() -> str:
    """The hidden key of a form: kept while it is corrected, fresh on a new page."""
    return request.form.get("key") or public_id()


def once(deed: Callable[[], dict[str, Any]], *more: object) -> dict[str, Any]:
    """Do what a form asks once per key and content; a second click gets what the first one did.

    The key counts within this browser only, so that nobody can ask for another's outcome. ``more`` is content that is
    not in the form's fields.
    """
    fields = {name: value for name, value in request.form.items() if name not in {"csrf_token", "key"}}
    content = idempotency.fingerprint(request.path, fields, *more)
    row = idempotency.claim(
        session(),
        clock=runtime().clock,
        scope=f"form:{token_hash(visit() or request.form['csrf_token'])}",
        key=f"{request.form.get('key', '')[:100]}:{content}",
        fingerprint=content,
    )
    if row.status == idempotency.UNANSWERED:
        row.body, row.status = deed(), 303
    return cast(dict[str, Any], row.body)


def see(address: str) -> Response:
    """Send the browser on after a form, so that reloading sends nothing twice."""
    return cast(Response, redirect(address, 303))
