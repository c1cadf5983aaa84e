"""JSON routes of surveys, for the assistant."""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from ticketing.platform.access import callers
from ticketing.platform.errors import DomainError
from ticketing.platform.http import idempotent, runtime, session
from ticketing.platform.identity import current_actor, current_scope
from ticketing.surveys import schemas, service

api = APIBlueprint(
    "surveys", __name__, url_prefix="/api/v1/surveys", abp_tags=[Tag(name="surveys", description="Satisfaction")]
)


@api.get("/pending", responses={200: schemas.SurveyList})
@callers(customers=True)
def pending() -> Response:
    """The customer's surveys that wait for an answer."""
    found = service.pending(session(), clock=runtime().clock, customer_id=customer_id())
    items = [
        {"id": item.id, "ticket_number": item.ticket_number, "page_url": f"/my/surveys/{item.id}"} for item in found
    ]
    return jsonify({"items": items})


@api.post("/<int:id>/answer", responses={200: schemas.SurveyOut})
@callers(customers=True)
@idempotent(current_scope)
def answer(path: schemas.SurveyPath, body: schemas.SurveyAnswerIn) -> Response:
    """Answer a survey, once. Needs Idempotency-Key."""
    survey = service.of_customer(session(), clock=runtime().clock, survey_id=path.id, customer_id=customer_id())
    service.answer(session(), clock=runtime().clock, actor=current_actor(), survey=survey, **body.model_dump())
    return jsonify({"id": survey.id, "ticket_number": survey.ticket_number, "page_url": f"/my/surveys/{survey.id}"})


def customer_id() -> int:
    """The acting customer."""
    actor = current_actor()
    if actor.kind != "customer" or actor.id is None:
        raise DomainError("permission_denied")
    return actor.id
