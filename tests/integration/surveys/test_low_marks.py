"""A low mark is read by a supervisor, and an offer to reopen brings the case back with one click."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.audit.models import AuditEntry
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.surveys import deciding, reviews, service
from ticketing.surveys.models import SurveyReview
from ticketing.tasks import Worker

LOW = {"speed": "2", "completeness": "4", "solution": "1", "comment": "说好三天回访，没有人打电话"}


@pytest.fixture
def boss(desk: Desk) -> Actor:
    with desk.database.transaction() as session:
        return factories.actor_of(factories.staff(session, role="supervisor"))


@pytest.fixture
def number(desk: Desk, boss: Actor, visitor: Browser) -> str:
    """A closed case with a low mark."""
    number = desk.complaint()
    desk.close(number)
    assert visitor.fill_in(f"/s/{service.token_of(number, 1)}", LOW).status_code == 200
    return number


def decide(desk: Desk, actor: Actor, decision: str = "offered", note: str = "回访没有做到，请重新处理") -> SurveyReview:
    with desk.database.transaction() as session:
        return reviews.decide(session, clock=desk.clock, actor=actor, review_id=1, decision=decision, note=note)


def status(desk: Desk) -> tuple[str, int]:
    (ticket,) = desk.tickets()
    assert ticket.round == 1 or ticket.owner_id is None  # whoever handled it keeps out of the new round
    return ticket.status, ticket.round


def test_a_low_mark_opens_one_review_and_tells_the_supervisor(desk: Desk, number: str, boss: Actor) -> None:
    with desk.database.reading() as session:
        review = session.scalars(select(SurveyReview)).one()
        notice = session.scalars(select(StaffNotice).where(StaffNotice.code == "low_mark")).one()
    assert (review.due_at - review.opened_at).total_seconds() == 24 * 3600
    assert (notice.staff_id, notice.path) == (boss.id, "/reports/reviews/1")


def test_good_marks_open_none(desk: Desk, visitor: Browser) -> None:
    number = desk.complaint()
    desk.close(number)
    visitor.fill_in(f"/s/{service.token_of(number, 1)}", {"speed": "3", "completeness": "3", "solution": "3"})
    with desk.database.reading() as session:
        assert session.scalars(select(SurveyReview)).all() == []


def test_the_offers_link_reopens_once_and_looking_at_it_does_nothing(
    desk: Desk, number: str, boss: Actor, visitor: Browser
) -> None:
    decide(desk, boss)
    Worker(desk.settings, desk.database, desk.clock).deliver()
    link = f"/reopen/{reviews.offer_token(1)}"
    assert LOW["comment"] in visitor.get(link).text
    assert visitor.client.head(link).status_code == 200
    assert status(desk) == ("closed", 1)
    fields = visitor.hidden(link)
    assert "工单已重开" in visitor.client.post(link, data=fields).text
    assert status(desk) == ("investigating", 2)
    assert visitor.client.post(link, data=fields).status_code == 409
    assert visitor.get(link).status_code == 409
    assert status(desk) == ("investigating", 2)


def test_the_signed_in_customer_takes_the_offer_too_and_no_other_can(
    desk: Desk, number: str, boss: Actor, browser: Browser
) -> None:
    decide(desk, boss)
    with desk.database.transaction() as session:
        stranger = factories.customer(session, desk.clock).id
    browser.sign_in(stranger)
    assert browser.get("/my/offers/1").status_code == 404
    browser.sign_in(desk.customer_id)
    assert browser.fill_in("/my/offers/1", {}).status_code == 200
    assert status(desk) == ("investigating", 2)


def test_an_offer_is_no_use_once_the_case_was_reopened_otherwise_or_it_is_too_old(
    desk: Desk, number: str, boss: Actor, visitor: Browser
) -> None:
    decide(desk, boss)
    desk.clock.advance(days=14)
    answer = visitor.get(f"/reopen/{reviews.offer_token(1)}")
    assert answer.status_code == 410
    assert "邀请已过期" in answer.text


def test_every_decision_needs_a_note_and_is_made_once_and_audited(desk: Desk, number: str, boss: Actor) -> None:
    for decision, note, code in (
        ("nothing", "  ", "survey_review_note_missing"),
        ("forget it", "…", "survey_review_choice_missing"),
    ):
        with pytest.raises(DomainError, match=code):
            decide(desk, boss, decision, note)
    decide(desk, boss, "called_back", "已致电，客户接受补充说明")
    with pytest.raises(DomainError, match="survey_review_decided"):
        decide(desk, boss)
    with desk.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "survey.reviewed")).one()
    assert entry.detail["decision"] == "called_back"


def test_whoever_handled_the_case_does_not_judge_it_and_agents_judge_none(desk: Desk, number: str) -> None:
    with pytest.raises(DomainError, match="permission_denied"):
        decide(desk, desk.agent)
    promoted = Actor(kind="staff", id=desk.agent.id, name=desk.agent.name, role="supervisor")
    with pytest.raises(DomainError, match="survey_review_own"):
        decide(desk, promoted)


def test_opting_out_on_the_page_is_kept(desk: Desk, visitor: Browser) -> None:
    number = desk.complaint()
    desk.close(number)
    link = f"/s/{service.token_of(number, 1)}"
    assert "不再打扰" in visitor.fill_in(link, {}, to=f"{link}/no-more").text
    with desk.database.reading() as session:
        assert deciding.opted_out(session, desk.customer_id)
