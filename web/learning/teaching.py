"""In a chat: an agent says with one click what a line that the assistant failed at should have been."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.conversations import queries as conversations
from ticketing.knowledge import service as knowledge
from ticketing.learning import collecting, rules, service
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web import language
from web.agent import forms
from web.auth import permission_required
from web.learning.pages import ROOT, pages

CHAT = f"{ROOT}/chats/<public_id>"
LOOKED_AT = 40
LINES = 4
working = permission_required(Permission.TICKET_WORK)


@pages.get(CHAT)
@working
def lines(public_id: str) -> Any:
    """The customer's last questions, each with the articles that come nearest."""
    return _shown(public_id)


@pages.post(CHAT)
@working
def correct(public_id: str) -> Any:
    """Note what a line should have been."""
    kind, _, target = forms.written("target").partition(":")
    service.correct(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        conversation=conversations.by_public_id(session(), public_id),
        seq=forms.whole("seq"),
        target_kind=kind,
        target=target,
    )
    return _shown(public_id, noted=forms.whole("seq"))


def _shown(public_id: str, *, noted: int = 0) -> str:
    chat = conversations.by_public_id(session(), public_id)
    said = conversations.messages(session(), conversation_id=chat.id, before=chat.last_seq + 1, limit=LOOKED_AT)
    typed = [line for line in said if collecting.line_of(line).is_typed and collecting.is_worth_keeping(line.text)][
        -LINES:
    ]
    return render_template(
        "learning/lines.html",
        chat=chat,
        rows=[(line, _nearest(line.text) if line.seq != noted else ()) for line in reversed(typed)],
        noted=noted,
        intents=(*rules.INTENTS, rules.OUT_OF_SCOPE),
        asked=request.method == "POST",
    )


def _nearest(text: str) -> tuple[knowledge.Result, ...]:
    settings = runtime().settings
    return knowledge.suggest(
        session(), clock=runtime().clock, query=text, language=language.current(), model=settings.embedding_model
    )
