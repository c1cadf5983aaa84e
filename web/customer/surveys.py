"""Surveys and what follows low marks: on the customer's own pages and through the links of e-mails.

Looking records nothing, so a mail scanner that opens links rates nobody and reopens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, make_response, render_template, request

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.surveys import deciding, reviews, service
from ticketing.surveys.models import Survey, SurveyReview
from ticketing.tickets import reoffering
from web import language
from web.auth import own_door
from web.customer.browser import customer_id, customers_only
from web.customer.complaint_form import Problem, text_of

pages = Blueprint("customer_surveys", __name__)
PARTS: tuple[Literal["speed", "completeness", "solution"], ...] = ("speed", "completeness", "solution")
MARKS = frozenset({"1", "2", "3", "4", "5"})
CLOSED = frozenset({"survey_answered", "survey_expired", "survey_not_found"})
OFFER_CLOSED = frozenset({"survey_offer_used", "survey_offer_expired", "survey_offer_not_found"})


@pages.get("/my/surveys/<int:survey_id>")
@customers_only
def own_survey(survey_id: int) -> Any:
    """The signed-in customer's survey."""
    return shown(lambda: _own(survey_id))


@pages.post("/my/surveys/<int:survey_id>")
@customers_only
def answer_own_survey(survey_id: int) -> Any:
    """Take the signed-in customer's answer."""
    return answered(lambda: _own(survey_id))


@pages.get("/s/<token>")
@own_door("customer")
def linked_survey(token: str) -> Any:
    """The survey of an e-mail's link; the link is the key."""
    return shown(lambda: service.by_token(session(), clock=runtime().clock, token=token))


@pages.post("/s/<token>")
@own_door("customer")
def answer_linked_survey(token: str) -> Any:
    """Take the answer from an e-mail's link."""
    return answered(lambda: service.by_token(session(), clock=runtime().clock, token=token))


@pages.post("/s/<token>/no-more")
@own_door("customer")
def opt_out(token: str) -> Any:
    """Ask this customer nothing any more."""
    return no_more(lambda: service.by_token(session(), clock=runtime().clock, token=token))


@pages.post("/my/surveys/<int:survey_id>/no-more")
@customers_only
def opt_out_own(survey_id: int) -> Any:
    """The same from the signed-in customer's page."""
    return no_more(lambda: _own(survey_id))


@pages.get("/my/offers/<int:review_id>")
@customers_only
def own_offer(review_id: int) -> Any:
    """The offer to reopen, for the signed-in customer."""
    return offered(lambda: _own_offer(review_id))


@pages.post("/my/offers/<int:review_id>")
@customers_only
def accept_own_offer(review_id: int) -> Any:
    """Take the offer."""
    return reopened(lambda: _own_offer(review_id, lock=True))


@pages.get("/reopen/<token>")
@own_door("customer")
def linked_offer(token: str) -> Any:
    """The offer of an e-mail's link; the link is the key."""
    return offered(lambda: reviews.offer(session(), clock=runtime().clock, token=token))


@pages.post("/reopen/<token>")
@own_door("customer")
def accept_linked_offer(token: str) -> Any:
    """Take the offer of an e-mail's link."""
    return reopened(lambda: reviews.offer(session(), clock=runtime().clock, token=token, lock=True))


@dataclass(frozen=True)
class SurveyForm:
    """The form as typed, and what is wrong with it."""

    typed: dict[str, str]
    comment: str
    problems: dict[str, Problem]

    @classmethod
    def read(cls, form: Mapping[str, str]) -> SurveyForm:
        """Three marks, and a comment where one of them is low."""
        typed = {part: form.get(part, "") for part in PARTS}
        problems: dict[str, Problem] = {
            part: ("survey_mark_missing", {}) for part, mark in typed.items() if mark not in MARKS
        }
        low = any(mark in MARKS and int(mark) <= service.LOW_MARK for mark in typed.values())
        missing = "survey_comment_missing" if low else None
        comment, problem = text_of(form.get("comment", ""), limit=2000, missing=missing)
        if problem:
            problems["comment"] = problem
        return cls(typed | {"comment": comment}, comment, problems)


def shown(find: Callable[[], Survey]) -> Any:
    """The form, or why there is none."""
    try:
        return render_template("customer/survey.html", survey=find(), typed={}, problems={})
    except DomainError as refusal:
        return closed(refusal)


def answered(find: Callable[[], Survey]) -> Any:
    """Record the answer once, or show the form again with what was typed."""
    try:
        survey = find()
        form = SurveyForm.read(request.form)
        if form.problems:
            page = render_template("customer/survey.html", survey=survey, typed=form.typed, problems=form.problems)
            return make_response(page, 422)
        _record(survey, form)
    except DomainError as refusal:
        return closed(refusal)
    title, words = language.text("my.survey.done.title"), language.text("my.survey.done.text")
    return render_template("customer/survey_closed.html", title=title, words=words, thanks=True)


def no_more(find: Callable[[], Survey]) -> Any:
    """Remember that they do not want to be asked."""
    try:
        survey = find()
        actor = Actor(kind="customer", id=survey.customer_id, language=language.current())
        deciding.opt_out(session(), clock=runtime().clock, actor=actor, customer_id=survey.customer_id)
    except DomainError as refusal:
        return closed(refusal)
    title, words = language.text("my.survey.no_more.title"), language.text("my.survey.no_more.text")
    return render_template("customer/survey_closed.html", title=title, words=words, thanks=True)


def offered(find: Callable[[], tuple[SurveyReview, Survey]]) -> Any:
    """The offer with its one button, or why there is none any more."""
    try:
        review, survey = find()
        reoffering.ticket_of(session(), survey)
    except DomainError as refusal:
        return closed(refusal)
    return render_template("customer/offer.html", review=review, survey=survey)


def reopened(find: Callable[[], tuple[SurveyReview, Survey]]) -> Any:
    """Reopen the ticket, once."""
    try:
        review, survey = find()
        actor = Actor(kind="customer", id=survey.customer_id, language=language.current())
        ticket = reoffering.accept(session(), clock=runtime().clock, actor=actor, review=review, survey=survey)
    except DomainError as refusal:
        return closed(refusal)
    title = language.text("my.offer.done.title")
    words = language.text("my.offer.done.text", number=ticket.number)
    return render_template("customer/survey_closed.html", title=title, words=words, thanks=True)


def closed(refusal: DomainError) -> Any:
    """A survey or an offer that takes no answer (any more), said kindly."""
    if refusal.code not in CLOSED | OFFER_CLOSED:
        raise refusal
    page = render_template(
        "customer/survey_closed.html",
        title=language.text(f"my.survey.closed.{refusal.code}"),
        words=refusal.text(language.current()),
        thanks=refusal.code in {"survey_answered", "survey_offer_used"},
    )
    return make_response(page, refusal.status)


def _own(survey_id: int) -> Survey:
    return service.of_customer(session(), clock=runtime().clock, survey_id=survey_id, customer_id=customer_id())


def _own_offer(review_id: int, *, lock: bool = False) -> tuple[SurveyReview, Survey]:
    return reviews.own_offer(
        session(), clock=runtime().clock, review_id=review_id, customer_id=customer_id(), lock=lock
    )


def _record(survey: Survey, form: SurveyForm) -> None:
    service.answer(
        session(),
        clock=runtime().clock,
        actor=Actor(kind="customer", id=survey.customer_id, language=language.current()),
        survey=survey,
        speed=int(form.typed["speed"]),
        completeness=int(form.typed["completeness"]),
        solution=int(form.typed["solution"]),
        comment=form.comment or None,
    )
