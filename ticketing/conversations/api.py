"""JSON routes of a conversation, for the assistant's actions: ask for a person, or no longer."""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from ticketing.conversations import schemas, service
from ticketing.conversations.auth import conversation_actor, conversation_scope
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.access import callers
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import idempotent, runtime, session

tag = Tag(name="conversation", description="The conversation the assistant acts in")
api = APIBlueprint("conversation", __name__, url_prefix="/api/v1/conversation", abp_tags=[tag])


@api.post("/handoff", responses={200: schemas.HandoffOut})
@callers(customers=True)
@idempotent(conversation_scope)
def request_handoff(body: schemas.HandoffIn) -> Response:
    """Put the customer into the queue for a person. Needs Idempotency-Key."""
    actor, current = conversation_actor(), runtime()
    placed = service.request_handoff(
        session(),
        clock=current.clock,
        hours=_hours(),
        conversation_id=_conversation_of(actor),
        reason=body.reason,
        summary=body.summary,
        language=body.language or actor.language,
        slots=body.slots,
    )
    return jsonify(schemas.HandoffOut.of(placed).model_dump(mode="json"))


@api.get("/handoff", responses={200: schemas.HandoffOut})
@callers(customers=True)
def place_in_queue() -> Response:
    """Where the customer stands in the queue for a person, and when people answer."""
    actor = conversation_actor()
    placed = service.place_in_queue(
        session(),
        clock=runtime().clock,
        hours=_hours(),
        conversation_id=_conversation_of(actor),
        language=actor.language,
    )
    return jsonify(schemas.HandoffOut.of(placed).model_dump(mode="json"))


@api.post("/handoff/cancel", responses={200: schemas.HandoffOut})
@callers(customers=True)
def cancel_handoff() -> Response:
    """Leave the queue; harmless when not in it."""
    actor = conversation_actor()
    placed = service.cancel_handoff(
        session(), clock=runtime().clock, conversation_id=_conversation_of(actor), language=actor.language
    )
    return jsonify(schemas.HandoffOut.of(placed).model_dump(mode="json"))


def _hours() -> ServiceHours:
    settings = runtime().settings
    return ServiceHours.parse(settings.service_hours, settings.time_zone)


def _conversation_of(actor: Actor) -> int:
    if actor.conversation_id is None:
        raise DomainError("permission_denied")
    return actor.conversation_id
