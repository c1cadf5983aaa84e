"""The survey after a closed ticket: on the customer's own page and through the link of an e-mail.

Looking records nothing, so a mail scanner that opens links rates nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, make_response, render_template, request

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.surveys import service
from ticketing.surveys.models import Survey
from web import language
from web.auth import own_door
from web.customer.browser import customer_id, customers_only
from web.customer.complaint_form import Problem, text_of

pages = Blueprint("customer_surveys", __name__)
PARTS: tuple[Literal["speed", "completeness", "solution"], ...] = ("speed", "completeness", "solution")
MARKS = frozenset({"1", "2", "3", "4", "5"})
CLOSED = frozenset({"survey_answered", "survey_expired", "survey_not_found"})


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


def closed(refusal: DomainError) -> Any:
    """A survey that takes no answer (any more), said kindly."""
    if refusal.code not in CLOSED:
        raise refusal
    page = render_template(
        "customer/survey_closed.html",
        title=language.text(f"my.survey.closed.{refusal.code}"),
        words=refusal.text(language.current()),
        thanks=refusal.code == "survey_answered",
    )
    return make_response(page, refusal.status)


def _own(survey_id: int) -> Survey:
    return service.of_customer(session(), clock=runtime().clock, survey_id=survey_id, customer_id=customer_id())


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
