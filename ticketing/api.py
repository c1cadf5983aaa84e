"""The JSON API, put together: who is asking, and every domain's routes."""

from __future__ import annotations

from flask import g, request

from ticketing.conversations.api import api as conversations_api
from ticketing.conversations.auth import bearer_token, conversation_actor
from ticketing.customers import keys
from ticketing.customers.api import api as customers_api
from ticketing.knowledge.api import api as knowledge_api
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import KesuFlask, runtime
from ticketing.surveys.api import api as surveys_api
from ticketing.tickets.api import api as tickets_api

APIS = (tickets_api, surveys_api, knowledge_api, conversations_api, customers_api)


def register(app: KesuFlask) -> None:
    """Add ``/api/v1`` to the app. A bearer token speaks for a customer's conversation or is a program's key; staff come with their session."""
    app.before_request(_identify)
    for api in APIS:
        app.register_api(api)


def _identify() -> None:
    if request.path.startswith("/api/") and request.headers.get("Authorization"):
        g.actor = _integration() if bearer_token().startswith(keys.PREFIX) else conversation_actor()


def _integration() -> Actor:
    """The program whose key the request carries; raises ``token_invalid``."""
    current = runtime()
    with current.database.reading() as session:
        found = keys.who(session, clock=current.clock, token=bearer_token())
    if found is None:
        raise DomainError("token_invalid")
    return found
