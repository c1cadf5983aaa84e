"""The only door for customers' messages: ``/chat/v1`` for the widget and apps (contract: docs/architecture.md).

In: HTTP with an app token or the conversation's cookie. Out: JSON, problem details and event streams. Rules, tables and turns
live in ``ticketing.conversations``; nothing here touches a row by itself.
"""

from __future__ import annotations

from flask import Flask

from ticketing.conversations.assistant import Assistant
from ticketing.conversations.changes import BOARD
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.runner import FindHelp, TurnRunner
from ticketing.learning.routing import TriedAssistant
from ticketing.learning.trials import Choice
from ticketing.platform.http import runtime
from ticketing.tickets import pausing
from web.gateway import files, views
from web.gateway.knowledge import KnowledgeHelp
from web.gateway.leaving import LeaveTicket
from web.gateway.limits import Limits
from web.gateway.process import Gateway
from web.gateway.stream import Streams
from web.gateway.watcher import Watcher

__all__ = ["files", "install"]


def install(app: Flask, *, find_help: FindHelp | None = None) -> None:
    """Add the gateway to the app. Threads start with the first request to it, in the process that serves it."""
    with app.app_context():
        current = runtime()
    settings, database, clock = current.settings, current.database, current.clock

    def assistant(url: str) -> Assistant:
        return Assistant(
            url,
            secret=settings.bot_secret,
            notice_seconds=settings.bot_notice_seconds,
            timeout_seconds=settings.bot_timeout_seconds,
        )

    served = assistant(settings.rasa_url)
    runner = TurnRunner(
        settings=settings,
        database=database,
        clock=clock,
        assistant=TriedAssistant(served, assistant(settings.candidate_url), Choice(database, clock))
        if settings.canary_share
        else served,
        find_help=find_help or KnowledgeHelp(settings.embedding_model),
        open_ticket=LeaveTicket(settings.time_zone),
        is_awaited=pausing.waits_for_customer,
    )
    app.extensions["kesu_gateway"] = Gateway(
        runner=runner,
        streams=Streams(
            database=database,
            clock=clock,
            board=BOARD,
            hours=ServiceHours.parse(settings.service_hours, settings.time_zone),
            limit=Streams.limit_for(settings.web_threads),
        ),
        watcher=Watcher(database=database, clock=clock, board=BOARD, recover=runner.recover),
        limits=Limits(settings.limiter_url),
    )
    app.register_blueprint(views.chat)
