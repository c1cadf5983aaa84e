"""Severity follows what the customer says; repeats and similar cases are found after intake."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.rootcauses.conftest import Firm, firm
from ticketing.audit.models import AuditEntry
from ticketing.platform.errors import DomainError
from ticketing.rootcauses import service as rootcauses
from ticketing.tickets import judging, likeness, rectify, service
from ticketing.tickets.models import Ticket, TicketEvent, TicketLikeness

__all__ = ["firm"]

KEPT = "提现五百块一直处理中"


class ByFirstWord:
    """An embedder in which texts are alike when they begin alike; ``broken`` it raises."""

    name = "first-word"
    broken = False

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def embed(self, texts: list[str], kind: str = "query") -> np.ndarray:
        if self.broken:
            raise RuntimeError("no model")
        rows = np.zeros((len(texts), 64), np.float32)
        for at, text in enumerate(texts):
            rows[at, self.seen.setdefault(text[:2], len(self.seen))] = 1.0
        return rows


@pytest.fixture
def embedder(firm: Firm) -> ByFirstWord:
    made = ByFirstWord()
    firm.worker.comparer = likeness.Comparer(made)
    return made


def kinds(session: Session, ticket_id: int) -> list[str]:
    log = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
    return list(session.scalars(log))


def complain(firm: Firm, of: int | None = None, **fields: object) -> Ticket:
    """A complaint, of a customer who complained before if ``of`` names that ticket."""
    from tests import factories
    from ticketing.customers.models import Customer

    with firm.database.transaction() as session:
        before = session.get(Ticket, of) if of else None
        customer = session.get_one(Customer, before.customer_id) if before else factories.customer(session, firm.clock)
        return factories.complaint(session, firm.clock, of=customer, **fields)


def stored(session: Session, ticket: Ticket) -> Ticket:
    return session.get_one(Ticket, ticket.id, populate_existing=True)


def test_a_ticket_keeps_the_words_its_severity_stands_on(firm: Firm) -> None:
    ticket = complain(firm, description="再不处理我就打12378", amount=None)
    with firm.database.reading() as session:
        assert stored(session, ticket).severity_evidence == [{"reason": "regulator", "points": 2, "words": ["12378"]}]


def test_what_the_customer_adds_raises_severity_and_priority_with_an_event(firm: Firm) -> None:
    ticket = complain(firm, description="付款页打不开", amount=None)
    with firm.database.transaction() as session:
        found = stored(session, ticket)
        actor = firm.actor(session, "agent")
        service.add_to(session, clock=firm.clock, actor=customer_of(found), ticket=found, text="我要去银保监投诉你们")
        assert (found.severity, found.priority) == ("serious", "high")
        assert "severity_raised" in kinds(session, found.id)
        assert actor.kind == "staff"


def customer_of(ticket: Ticket):
    from ticketing.platform.actor import Actor

    return Actor(kind="customer", id=ticket.customer_id)


def test_friendly_words_afterwards_lower_nothing(firm: Firm) -> None:
    ticket = complain(firm, description="再不处理我就打12378", amount=None)
    with firm.database.transaction() as session:
        found = stored(session, ticket)
        service.add_to(session, clock=firm.clock, actor=customer_of(found), ticket=found, text="谢谢，辛苦了")
        assert found.severity == "serious"
        assert "severity_raised" not in kinds(session, found.id)


def test_a_person_changes_severity_with_a_reason_that_is_audited(firm: Firm) -> None:
    ticket = complain(firm, description="付款页打不开", amount=None)
    with firm.database.transaction() as session:
        found, lead = stored(session, ticket), firm.actor(session, "team_lead")
        with pytest.raises(DomainError, match="severity_reason_missing"):
            judging.change(session, clock=firm.clock, actor=lead, ticket=found, level="serious", reason=" ")
        judging.change(session, clock=firm.clock, actor=lead, ticket=found, level="serious", reason="客户是孤老")
        assert found.severity == "serious"
        audited = select(AuditEntry.actor).where(AuditEntry.action == "ticket.severity_changed")
        assert session.scalars(audited).all() == [lead.label]


def test_an_agent_may_raise_but_not_lower(firm: Firm) -> None:
    ticket = complain(firm, description="再不处理我就打12378", amount=None)
    with firm.database.transaction() as session:
        found, agent = stored(session, ticket), firm.actor(session, "agent")
        with pytest.raises(DomainError, match="permission_denied"):
            judging.change(session, clock=firm.clock, actor=agent, ticket=found, level="normal", reason="误判")
        judging.change(session, clock=firm.clock, actor=agent, ticket=found, level="critical", reason="客户情绪失控")
        assert found.severity == "critical"


def test_what_a_person_lowered_stays_low_until_the_customer_says_more(firm: Firm) -> None:
    ticket = complain(firm, description="再不处理我就打12378", amount=None)
    with firm.database.transaction() as session:
        found, lead = stored(session, ticket), firm.actor(session, "team_lead")
        judging.change(session, clock=firm.clock, actor=lead, ticket=found, level="normal", reason="已当面解释")
        service.add_to(session, clock=firm.clock, actor=customer_of(found), ticket=found, text="好的我等等")
        assert found.severity == "normal"
        service.add_to(session, clock=firm.clock, actor=customer_of(found), ticket=found, text="我爸住院等钱用")
        assert found.severity == "critical"


def test_the_same_customers_like_text_in_another_class_is_a_repeat(firm: Firm, embedder: ByFirstWord) -> None:
    first = complain(firm, description=KEPT, category="transaction_dispute")
    firm.worker.compare()
    firm.clock.advance(hours=48)
    second = complain(firm, of=first.id, description="提现的钱还没到", category="system_failure")
    assert second.repeat_of_id is None
    firm.worker.compare()
    with firm.database.reading() as session:
        found = stored(session, second)
        assert (found.repeat_of_id, found.repeat_similarity) == (first.id, pytest.approx(1.0))
        assert "repeat_found" in kinds(session, second.id)
        assert "repeat" in found.severity_reasons


def test_after_thirty_days_it_is_no_repeat(firm: Firm, embedder: ByFirstWord) -> None:
    first = complain(firm, description=KEPT, category="transaction_dispute")
    firm.worker.compare()
    firm.clock.advance(hours=24 * 31)
    second = complain(firm, of=first.id, description=KEPT, category="transaction_dispute")
    firm.worker.compare()
    with firm.database.reading() as session:
        assert stored(session, second).repeat_of_id is None


def test_other_customers_about_the_same_are_similar_cases_for_a_week(firm: Firm, embedder: ByFirstWord) -> None:
    old = complain(firm, description=KEPT)
    firm.worker.compare()
    firm.clock.advance(hours=24 * 6)
    other = complain(firm, description="别的事情")
    late = complain(firm, description="提现卡住了")
    firm.worker.compare()
    firm.clock.advance(hours=24 * 3)
    last = complain(firm, description="提现还是不行")
    firm.worker.compare()
    with firm.database.reading() as session:
        pairs = session.execute(select(TicketLikeness.ticket_id, TicketLikeness.other_id)).all()
    assert sorted(map(tuple, pairs)) == [(late.id, old.id), (last.id, late.id)]
    assert other.id not in {one for pair in pairs for one in pair}


def test_a_repeat_joins_the_record_of_the_complaint_it_repeats(firm: Firm, embedder: ByFirstWord) -> None:
    first = complain(firm, description="提现不到账，活不下去了")
    firm.worker.compare()
    second = complain(firm, of=first.id, description="提现还是不到账")
    firm.worker.compare()
    with firm.database.reading() as session:
        records = [rootcauses.active_for(session, ticket_id=ticket.id) for ticket in (first, second)]
        assert records[0] is not None
        assert records[0] is records[1]
        assert records[0].opened_because == "critical"
        assert "root_cause_joined" in kinds(session, second.id)


def test_without_a_model_intake_goes_on_records_are_opened_and_comparison_is_made_up_for(
    firm: Firm, embedder: ByFirstWord
) -> None:
    embedder.broken = True
    ticket = complain(firm, description="活不下去了，钱都在里面")
    firm.worker.compare()
    with firm.database.reading() as session:
        assert rootcauses.active_for(session, ticket_id=ticket.id) is not None
        assert stored(session, ticket).compared_at is None
    embedder.broken = False
    assert firm.worker.compare() == 0
    firm.clock.advance(hours=1)
    firm.worker.compare()
    with firm.database.reading() as session:
        assert stored(session, ticket).compared_at is not None


def test_comparing_again_changes_nothing(firm: Firm, embedder: ByFirstWord) -> None:
    ticket = complain(firm, description="活不下去了，钱都在里面")
    firm.worker.compare()
    with firm.database.reading() as session:
        before = (stored(session, ticket).version, kinds(session, ticket.id))
    assert firm.worker.compare() == 0
    with firm.database.reading() as session:
        assert (stored(session, ticket).version, kinds(session, ticket.id)) == before


def test_a_late_answer_opens_a_record_once_whatever_is_asked_again(firm: Firm) -> None:
    ticket = complain(firm, description="付款页打不开", amount=None)
    firm.clock.advance(hours=73)
    firm.worker.sweep()
    firm.worker.sweep()
    with firm.database.reading() as session:
        record = rootcauses.active_for(session, ticket_id=ticket.id)
        assert record is not None
        assert record.opened_because == "escalation"
        assert kinds(session, ticket.id).count("root_cause_opened") == 1
        assert rectify.why_due(stored(session, ticket)) is None
