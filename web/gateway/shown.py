"""What the gateway answers, put together from the domain's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ticketing.conversations import queries, tokens
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.schemas import message_out
from ticketing.conversations.standing import standing
from ticketing.conversations.tokens import ConversationClaims
from ticketing.customers import service as customers
from ticketing.customers.models import Customer
from ticketing.knowledge import service as knowledge
from ticketing.platform.actor import Actor
from ticketing.platform.http import runtime, session
from ticketing.surveys import service as surveys
from ticketing.surveys.schemas import SurveyAnswerIn
from web.gateway import guard
from web.gateway.bodies import OpenIn


def customer_of(given: OpenIn, language: str) -> Customer:
    """Whom a new conversation is with. An anonymous visitor stays the same; a known customer must be vouched for each time."""
    customer = _known(given, language)
    if given.time_zone is not None:
        customer.time_zone = given.time_zone  # where they are now: opening times are said on their clock
    return customer


def _known(given: OpenIn, language: str) -> Customer:
    current = runtime()
    if given.identity_token is not None:
        said = tokens.read_identity_token(
            current.settings.identity_secret, clock=current.clock, token=given.identity_token
        )
        return customers.identify(
            session(),
            clock=current.clock,
            external_id=said.sub,
            language=language,
            **said.model_dump(include={"name", "phone", "email", "tier"}),
        )
    before = guard.known()
    visitor = session().get(Customer, before.customer_id) if before is not None else None
    if visitor is not None and visitor.external_id is None and visitor.merged_into_id is None:
        return visitor
    return customers.create_visitor(session(), clock=current.clock, language=language)


def app_token(conversation: Conversation) -> str:
    """The widget's token for this conversation."""
    current = runtime()
    claims = ConversationClaims(
        conversation.public_id, conversation.id, conversation.customer_id, conversation.language
    )
    return tokens.sign_app_token(current.settings.secret_key, clock=current.clock, claims=claims)


def opened(conversation: Conversation, token: str) -> dict[str, Any]:
    """A new conversation with its greeting and what the widget must know of this installation."""
    settings = runtime().settings
    greeting = queries.messages(session(), conversation_id=conversation.id)
    return {
        "id": conversation.public_id,
        "token": token,
        "language": conversation.language,
        "owner": conversation.owner,
        "messages": [message_out(line) for line in greeting],
        "config": {
            "message_max_chars": settings.message_max_chars,
            "company": company(conversation.language),
            "service_hours": settings.service_hours,
            "time_zone": settings.time_zone,
            "surveys_in_chat": True,
        },
    }


def state(conversation: Conversation) -> dict[str, Any]:
    """Whose the conversation is, how far it has come, and the place in the queue."""
    shown: dict[str, Any] = {
        "id": conversation.public_id,
        "language": conversation.language,
        **whose(conversation, session()),
    }
    if conversation.owner == "queued":
        current = runtime()
        placed = standing(
            session(),
            clock=current.clock,
            hours=ServiceHours.parse(current.settings.service_hours, current.settings.time_zone),
            conversation=conversation,
            language=conversation.language,
        )
        shown["queue"] = placed.queue
    return shown


def lines(conversation: Conversation, found: Sequence[Message], reading: Session | None = None) -> dict[str, Any]:
    """A page of the transcript."""
    return {"messages": [message_out(line) for line in found], **whose(conversation, reading or session())}


def answered(reading: Session, found: Sequence[Message]) -> dict[str, Any]:
    """A customer's message and what came after it."""
    return lines(queries.by_id(reading, found[0].conversation_id), found, reading)


def whose(conversation: Conversation, reading: Session) -> dict[str, Any]:
    """Owner, last seq, and the agent's name where there is one."""
    shown: dict[str, Any] = {"owner": conversation.owner, "last_seq": conversation.last_seq}
    if conversation.owner == "agent":
        shown["name"] = queries.agent_name(reading, conversation, conversation.language)
    return shown


def company(language: str) -> str:
    """The company's name."""
    settings = runtime().settings
    return settings.company_en if language == "en" else settings.company_zh


def rate_answer(answer_id: int, *, conversation_id: int, helpful: bool) -> None:
    """A thumb for an answer given in this conversation; raises ``answer_not_found``."""
    knowledge.rate(
        session(), clock=runtime().clock, answer_id=answer_id, conversation_id=conversation_id, helpful=helpful
    )


def answer_survey(survey_id: int, own: ConversationClaims, given: SurveyAnswerIn) -> None:
    """A survey of this customer's, answered once; raises ``survey_not_found``, ``survey_expired`` or ``survey_answered``."""
    clock = runtime().clock
    survey = surveys.of_customer(session(), clock=clock, survey_id=survey_id, customer_id=own.customer_id)
    actor = Actor(kind="customer", id=own.customer_id, conversation_id=own.id, language=own.language)
    surveys.answer(session(), clock=clock, actor=actor, survey=survey, **given.model_dump())
