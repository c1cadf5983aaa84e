"""The JSON API, put together: who is asking, and every domain's routes."""

from __future__ import annotations

from flask import g, request

from ticketing.conversations.api import api as conversations_api
from ticketing.conversations.auth import conversation_actor
from ticketing.knowledge.api import api as knowledge_api
from ticketing.platform.http import KesuFlask
from ticketing.surveys.api import api as surveys_api
from ticketing.tickets.api import api as tickets_api

APIS = (tickets_api, surveys_api, knowledge_api, conversations_api)


def register(app: KesuFlask) -> None:
    """Add ``/api/v1`` to the app. A bearer token speaks for a customer's conversation; staff come with their session."""
    app.before_request(_identify)
    for api in APIS:
        app.register_api(api)


def _identify() -> None:
    if request.path.startswith("/api/") and request.headers.get("Authorization"):
        g.actor = conversation_actor()
