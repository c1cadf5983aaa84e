"""A supervisor's offer to reopen, taken by the customer with one click."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.surveys import reviews
from ticketing.surveys.models import Survey, SurveyReview
from ticketing.tickets import service
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Status


def ticket_of(session: Session, survey: Survey) -> Ticket:
    """The ticket of an offer; raises ``survey_offer_used`` when it goes on already, however it was reopened."""
    assert survey.ticket_id is not None
    ticket = session.get_one(Ticket, survey.ticket_id)
    if ticket.status != Status.CLOSED or ticket.round != survey.round:
        raise DomainError("survey_offer_used")
    return ticket


def accept(session: Session, *, clock: Clock, actor: Actor, review: SurveyReview, survey: Survey) -> Ticket:
    """Start a new round for what the customer wrote beside their marks; whoever handled the old one keeps out of it."""
    ticket = ticket_of(session, survey)
    service.reopen(session, clock=clock, actor=actor, ticket=ticket, reason=survey.comment or "…", about_handling=True)
    reviews.accepted(session, clock=clock, actor=actor, review=review)
    return ticket
