"""The gateway's routes. Contract: docs/architecture.md, *Widget → gateway*."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from ticketing.conversations import inbox, queries, service
from ticketing.conversations.changes import BOARD
from ticketing.conversations.tokens import ConversationClaims
from ticketing.platform.access import own_door
from ticketing.platform.http import reader_language, runtime, session, transaction
from ticketing.surveys.schemas import SurveyAnswerIn
from web.gateway import bodies, cors, goes_on, guard, limits, shown
from web.gateway.process import gateway

chat = Blueprint("chat", __name__, url_prefix="/chat/v1/conversations")
chat.after_request(cors.add_headers)


@chat.before_request
def enter() -> Response | None:
    """Other sites' pages only if listed; the watch runs from the first request on."""
    gateway().watcher.ensure_running()
    return cors.check_origin()


@chat.post("")
@own_door("conversation")
def open_conversation() -> Response:
    """A new conversation, for a newcomer, a returning visitor, or whom the host page vouches for."""
    gateway().limits.check("open", request.remote_addr or "", runtime().settings.conversations_per_minute)
    given = bodies.body(bodies.OpenIn)
    language = given.language or reader_language()
    conversation = service.open_conversation(
        session(),
        clock=runtime().clock,
        customer=shown.customer_of(given, language),
        language=language,
        company=shown.company(language),
    )
    token = shown.app_token(conversation)
    response = make_response(jsonify(shown.opened(conversation, token)), 201)
    guard.keep(response, token)
    return response


@chat.get("/<public_id>")
@own_door("conversation")
def show(public_id: str) -> Response:
    """Whose it is and how far it has come."""
    read_allowed(public_id)
    return jsonify(shown.state(queries.by_public_id(session(), public_id)))


@chat.get("/<public_id>/messages")
@own_door("conversation")
def messages(public_id: str) -> Response:
    """A page of the transcript, after or before a seq."""
    read_allowed(public_id)
    wanted = bodies.query(bodies.MessagesQuery)
    conversation = queries.by_public_id(session(), public_id)
    lines = queries.messages(session(), conversation_id=conversation.id, **wanted.model_dump())
    return jsonify(shown.lines(conversation, lines))


@chat.post("/<public_id>/messages")
@own_door("conversation")
@transaction("none")
def send(public_id: str) -> Response:
    """The customer's message; answers with what came back in time. Opens its own transactions around the assistant's turn."""
    own = guard.check(public_id)
    allowance = runtime().settings.messages_per_minute
    gateway().limits.check("messages", public_id, allowance)
    gateway().limits.check("address", request.remote_addr or "", allowance * limits.MESSAGES_PER_ADDRESS)
    given = bodies.body(bodies.MessageIn)
    runner = gateway().runner
    with BOARD.subscribe(own.id) as news:
        received = runner.accept(
            public_id=public_id,
            client_id=given.key,
            text=given.text,
            button=given.pressed,
            action=given.action,
            news=news,
        )
        goes_on.customer_wrote(received)
        return jsonify(runner.wait(received.message, news, shown.answered))


@chat.get("/<public_id>/events")
@own_door("conversation")
@transaction("none")
def events(public_id: str) -> Response:
    """The conversation as it goes on: ``text/event-stream``."""
    read_allowed(public_id)
    last_seen = request.headers.get("Last-Event-ID", "")
    after = bodies.query(bodies.EventsQuery).after
    if after is None:
        after = int(last_seen) if last_seen.isdecimal() and len(last_seen) < 10 else 0
    stream = gateway().streams.open(public_id=public_id, after=after)
    return Response(stream, content_type="text/event-stream; charset=utf-8", headers={"X-Accel-Buffering": "no"})


@chat.post("/<public_id>/page-link")
@own_door("conversation")
def page_link(public_id: str) -> Response:
    """A one-time address that signs the browser in to the customer's own pages."""
    guard.check(public_id)
    gateway().limits.check("links", public_id, limits.LINKS_PER_MINUTE)
    given = bodies.body(bodies.PageLinkIn)
    conversation = queries.by_public_id(session(), public_id)
    token = service.create_page_link(session(), clock=runtime().clock, conversation=conversation, path=given.path)
    return jsonify(url=f"{runtime().settings.public_url.rstrip('/')}/my/enter?token={token}")


@chat.post("/<public_id>/language")
@own_door("conversation")
def choose_language(public_id: str) -> Response:
    """The customer's own choice of language; typed text no longer changes it."""
    read_allowed(public_id)
    given = bodies.body(bodies.LanguageIn)
    conversation = queries.by_public_id(session(), public_id)
    service.choose_language(session(), clock=runtime().clock, conversation=conversation, language=given.language)
    return jsonify(shown.state(conversation))


@chat.post("/<public_id>/typing")
@own_door("conversation")
def typing(public_id: str) -> Any:
    """The customer is writing, not what: the person who has the conversation sees so for some seconds."""
    read_allowed(public_id)
    inbox.note_customer_typing(session(), clock=runtime().clock, public_id=public_id)
    return "", 204


@chat.post("/<public_id>/answers/<int:answer_id>/thumb")
@own_door("conversation")
def thumb(public_id: str, answer_id: int) -> Any:
    """Whether an answer from the knowledge base helped."""
    own = read_allowed(public_id)
    given = bodies.body(bodies.ThumbIn)
    shown.rate_answer(answer_id, conversation_id=own.id, helpful=given.helpful)
    return "", 204


@chat.post("/<public_id>/surveys/<int:survey_id>/answer")
@own_door("conversation")
def answer_survey(public_id: str, survey_id: int) -> Response:
    """The customer's verdict on a case, given in the chat."""
    own = read_allowed(public_id)
    given = bodies.body(SurveyAnswerIn)
    shown.answer_survey(survey_id, own, given)
    return jsonify(id=survey_id)


def read_allowed(public_id: str) -> ConversationClaims:
    """The caller's own conversation, not asked too often."""
    own = guard.check(public_id)
    gateway().limits.check("reads", public_id, limits.READS_PER_MINUTE)
    return own
