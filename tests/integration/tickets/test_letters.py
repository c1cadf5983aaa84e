"""A letter is worded, approved, sent, and reaches its customer, or a person is asked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.sla import queries as sla_queries
from ticketing.staff.models import Staff
from ticketing.tasks import Worker
from ticketing.tickets import deliveries, documents, letter_text, letters, service, todos
from ticketing.tickets.models import Letter, LetterDocument, Ticket, TicketEvent, Todo

DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}
SERIOUS = "再不处理我就去12378投诉"


class Desk:
    """An agent and a lead with a decided complaint."""

    def __init__(self, session: Session, clock: FixedClock, *, chat: bool = False, **fields: object) -> None:
        email = fields.pop("email", None)
        self.session, self.clock = session, clock
        self.agent, self.lead = (
            factories.actor_of(session.scalars(select(Staff).where(Staff.role == role)).first()) for role in ("agent", "team_lead")
        )  # fmt: skip
        customer = factories.customer(session, clock, email=email)
        self.customer = factories.actor_of(customer)
        talk = conversations.open_conversation(session, clock=clock, customer=customer, language="zh") if chat else None
        self.ticket = factories.complaint(session, clock, of=customer, conversation_id=talk and talk.id, **fields)
        self.do(service.claim)
        self.do(service.record_findings, findings="银行侧排队")
        self.do(service.decide, **DECISION)

    def do(self, deed: Callable, *, by: Actor | None = None, **values: object) -> object:
        return deed(self.session, clock=self.clock, actor=by or self.agent, ticket=self.ticket, **values)

    def worded(self, **changed: str) -> dict[str, str]:
        return letter_text.body_of(letters.latest(self.session, ticket=self.ticket)) | changed

    def revise(self, language: str = "zh", **changed: str) -> Letter:
        return self.do(letters.revise, language=language, body=self.worded(**changed))


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        factories.staff(session, team=team)
        factories.staff(session, role="team_lead", team=team)
    return database


def sent(company: Database, clock: FixedClock, **fields: object) -> int:
    with company.transaction() as session:
        desk = Desk(session, clock, **fields)
        desk.do(letters.draft)
        return desk.do(letters.send).id


def mailed(company: Database, clock: FixedClock, settings: Settings) -> int:
    letter_id = sent(company, clock, email="lin@example.com")
    Worker(settings, company, clock).deliver()
    return letter_id


def agent_of(session: Session) -> Actor:
    return factories.actor_of(session.scalars(select(Staff).where(Staff.role == "agent")).one())


def letter_of(session: Session, letter_id: int) -> tuple[Letter, Ticket]:
    letter = session.get_one(Letter, letter_id)
    return letter, session.get_one(Ticket, letter.ticket_id)


def resolution(session: Session, ticket: Ticket) -> str:
    return {row.clock: row.state for row in sla_queries.clocks(session, ticket_id=ticket.id, round=1)}["resolution"]


def test_every_save_is_a_version_and_shows_what_changed(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        first = desk.do(letters.draft)
        second = desk.revise(done="已退款 2,000 元")
        assert (first.revision, second.revision) == (1, 2)
        assert desk.revise() is second
        (change,) = letter_text.changes(first, second)
        assert change.part == "done"
        assert ("new", "退款 2,000 元") in change.pieces or "".join(
            t for k, t in change.pieces if k != "gone"
        ) == "已退款 2,000 元"


def test_a_change_of_language_drafts_anew_what_was_not_worded_by_hand(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        desk.do(letters.draft)
        letter = desk.revise("en", done="We returned CNY 2,000.")
        body = letter_text.body_of(letter)
        assert (body["salutation"], body["done"]) == ("Dear customer,", "We returned CNY 2,000.")


def test_a_changed_decision_redrafts_its_part_and_keeps_the_others(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        desk.do(letters.draft)
        desk.revise(salutation="尊敬的王先生：")
        desk.do(service.decide, **DECISION | {"measures": "已全额退款"})
        body = letter_text.body_of(desk.do(letters.draft))
        assert (body["salutation"], body["done"]) == ("尊敬的王先生：", "已全额退款")


def test_an_edit_after_approval_needs_approval_again(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock, description=SERIOUS)
        desk.do(letters.draft)
        desk.do(letters.approve, by=desk.lead, revision=1)
        desk.revise(closing="再次向您致歉。")
        with pytest.raises(DomainError, match="letter_not_approved"):
            desk.do(letters.send)
        with pytest.raises(DomainError, match="letter_revised"):
            desk.do(letters.approve, by=desk.lead, revision=1)
        desk.do(letters.approve, by=desk.lead, revision=2)
        assert desk.do(letters.send).status == "sent"


def test_a_returned_letter_carries_the_comment_and_comes_back_as_a_new_version(
    company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock, description=SERIOUS)
        desk.do(letters.draft)
        with pytest.raises(DomainError, match="letter_comment_missing"):
            desk.do(letters.return_for_changes, by=desk.lead, comment=" ")
        returned = desk.do(letters.return_for_changes, by=desk.lead, comment="请写明退款时间")
        assert (letters.state_of(desk.ticket, returned), returned.comment) == ("returned", "请写明退款时间")
        assert letters.state_of(desk.ticket, desk.revise(done="今日退款")) == "waiting"


def test_a_case_that_became_serious_after_drafting_needs_the_second_person(
    company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        desk.do(letters.draft)
        desk.ticket.severity = "serious"
        with pytest.raises(DomainError, match="letter_not_approved"):
            desk.do(letters.send)


def test_a_forbidden_promise_is_neither_approved_nor_sent(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        desk.do(letters.draft)
        desk.revise(next="以后稳赚，三日内回访")
        with pytest.raises(DomainError, match="letter_blocked") as refusal:
            desk.do(letters.send)
        assert "稳赚" in refusal.value.text("zh")


def test_a_warning_is_sent_only_when_confirmed(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        desk = Desk(session, clock)
        desk.do(letters.draft)
        letter = desk.revise(found="由于您的疏忽，账号填错")
        with pytest.raises(DomainError, match="letter_unconfirmed"):
            desk.do(letters.send)
        (warning,) = letters.findings(letter, clock=clock)
        assert desk.do(letters.send, confirmed=frozenset({warning.key})).status == "sent"


def test_the_mail_carries_the_pdf_and_its_hash_is_kept_as_evidence(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = sent(company, clock, email="lin@example.com")
    Worker(settings, company, clock).deliver()
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in Path(settings.mail_dir).iterdir()]
    (attached,) = [part for mail in mails if mail.is_multipart() for part in mail.iter_attachments()]
    content = attached.get_content()
    assert content.startswith(b"%PDF-")
    with company.reading() as session:
        letter, ticket = letter_of(session, letter_id)
        (way,) = [way for way in deliveries.of_letter(session, letter=letter) if way.channel == "email"]
        stored = documents.of_letter(session, letter=letter)
        assert attached.get_filename() == stored.name == f"投诉答复函-{ticket.number}.pdf"
        assert hashlib.sha256(content).hexdigest() == stored.sha256 == way.evidence["files"][0]["sha256"]
        assert resolution(session, ticket) == "met"


def test_a_document_is_made_once(company: Database, clock: FixedClock, settings: Settings) -> None:
    letter_id = sent(company, clock, chat=True)
    first = documents.ensure(settings, company, clock, letter_id=letter_id)
    clock.advance(hours=1)
    assert documents.ensure(settings, company, clock, letter_id=letter_id) == first
    with company.reading() as session:
        assert len(session.scalars(select(LetterDocument)).all()) == 1


def test_one_dead_channel_beside_a_delivered_one_asks_nobody(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = sent(company, clock, chat=True, email="lin@example.com")
    with company.transaction() as session:
        session.execute(update(factories.Customer).values(email=None))
    Worker(settings, company, clock).deliver()
    with company.reading() as session:
        letter, _ = letter_of(session, letter_id)
        states = {way.channel: (way.state, way.last_error) for way in deliveries.of_letter(session, letter=letter)}
        assert states == {"chat": ("delivered", None), "email": ("failed", "no_address"), "page": ("pending", None)}
        assert session.scalars(select(Todo)).all() == []


def fail_the_mail(company: Database, clock: FixedClock, settings: Settings) -> int:
    letter_id = sent(company, clock, email="lin@example.com")
    with company.transaction() as session:
        session.execute(update(factories.Customer).values(email=None))
    Worker(settings, company, clock).deliver()
    return letter_id


def test_when_every_channel_has_failed_a_person_is_asked_once(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = fail_the_mail(company, clock, settings)
    with company.transaction() as session:
        _, ticket = letter_of(session, letter_id)
        (todo,) = todos.of_ticket(session, ticket=ticket)
        assert (todo.kind, todo.due_at) == ("deliver_letter", clock.now() + timedelta(hours=4))
        assert resolution(session, ticket) == "running"
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email")).first()
        deliveries.settle(session, clock=clock, message=message)
        assert len(session.scalars(select(Todo)).all()) == 1


def test_delivery_by_hand_with_evidence_stops_the_clock(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = fail_the_mail(company, clock, settings)
    with company.transaction() as session:
        letter, ticket = letter_of(session, letter_id)
        agent = agent_of(session)
        (todo,) = todos.of_ticket(session, ticket=ticket)
        for how, note, refused in (("", "顺丰 SF123", "todo_how_missing"), ("posted", " ", "todo_note_missing")):
            with pytest.raises(DomainError, match=refused):
                deliveries.done_by_hand(session, clock=clock, actor=agent, todo=todo, how=how, note=note)
        deliveries.done_by_hand(session, clock=clock, actor=agent, todo=todo, how="posted", note="顺丰 SF123")
        assert (letter.status, resolution(session, ticket)) == ("delivered", "met")
        event = session.scalars(select(TicketEvent).where(TicketEvent.kind == "answer_delivered")).one()
        assert (event.data["channel"], event.data["evidence"]["note"]) == ("person", "顺丰 SF123")
        with pytest.raises(DomainError, match="todo_done_already"):
            deliveries.done_by_hand(session, clock=clock, actor=agent, todo=todo, how="posted", note="再寄")


def test_a_letter_that_no_channel_can_carry_asks_a_person_at_once(company: Database, clock: FixedClock) -> None:
    letter_id = sent(company, clock)
    with company.reading() as session:
        _, ticket = letter_of(session, letter_id)
        assert len(todos.of_ticket(session, ticket=ticket)) == 1


def test_a_mail_that_keeps_failing_asks_a_person_before_the_tries_are_over(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    sent(company, clock, email="lin@example.com")
    with company.transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.channel == "email")
            .values(last_error="smtp_TimeoutError", attempts=4)
        )
    worker = Worker(settings, company, clock)
    assert worker.ask() == 0
    clock.advance(minutes=31)
    assert [worker.ask(), worker.ask()] == [1, 0]


def test_the_lead_is_told_once_of_an_overdue_task(company: Database, clock: FixedClock, settings: Settings) -> None:
    fail_the_mail(company, clock, settings)
    worker = Worker(settings, company, clock)
    clock.advance(hours=4, minutes=1)
    assert [worker.ask(), worker.ask()] == [1, 0]
    with company.reading() as session:
        told = session.scalars(select(StaffNotice).where(StaffNotice.code == "todo_overdue")).all()
        lead = session.scalars(select(Staff).where(Staff.role == "team_lead")).one()
        assert [notice.staff_id for notice in told] == [lead.id]


def test_the_customers_first_reading_delivers_and_ends_the_task(company: Database, clock: FixedClock) -> None:
    letter_id = sent(company, clock)
    with company.transaction() as session:
        letter, ticket = letter_of(session, letter_id)
        reader = factories.actor_of(session.get_one(factories.Customer, ticket.customer_id))
        for _ in range(2):
            deliveries.opened(session, clock=clock, actor=reader, letter=letter)
            clock.advance(minutes=5)
        assert resolution(session, ticket) == "met"
        assert todos.of_ticket(session, ticket=ticket) == []
        (way,) = deliveries.of_letter(session, letter=letter)
        assert way.read_at == clock.now() - timedelta(minutes=10)


def test_a_mail_that_came_back_keeps_the_case_from_being_closed(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = mailed(company, clock, settings)
    with company.transaction() as session:
        letter, ticket = letter_of(session, letter_id)
        agent = agent_of(session)
        deliveries.bounced(session, clock=clock, actor=agent, ticket=ticket, letter=letter)
        with pytest.raises(DomainError, match="ticket_content_missing"):
            service.close(session, clock=clock, actor=agent, ticket=ticket)
        assert len(todos.of_ticket(session, ticket=ticket)) == 1


def test_a_letter_of_an_earlier_round_that_arrives_late_does_not_answer_the_new_one(
    company: Database, clock: FixedClock, settings: Settings
) -> None:
    letter_id = mailed(company, clock, settings)
    with company.transaction() as session:
        letter, ticket = letter_of(session, letter_id)
        agent = agent_of(session)
        customer = factories.actor_of(session.get_one(factories.Customer, ticket.customer_id))
        service.close(session, clock=clock, actor=agent, ticket=ticket)
        deliveries.bounced(session, clock=clock, actor=agent, ticket=ticket, letter=letter)
        clock.advance(hours=1)
        service.reopen(session, clock=clock, actor=customer, ticket=ticket, reason="还是没到账", about_handling=False)
        (todo,) = todos.of_ticket(session, ticket=ticket)
        deliveries.done_by_hand(session, clock=clock, actor=agent, todo=todo, how="called", note="已告知第一次的结果")
        assert letter.status == "delivered"
        states = {row.clock: row.state for row in sla_queries.clocks(session, ticket_id=ticket.id, round=2)}
        assert states["resolution"] == "running"


def test_without_pango_no_pdf_is_made_and_the_process_lives(tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"")
    code = """
from ticketing.tickets import letter_pdf
try:
    letter_pdf.press("<p>x</p>", language="zh", title="t", number="n")
except letter_pdf.PdfUnavailable as error:
    print("unavailable:", error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"LD_LIBRARY_PATH": str(tmp_path), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert "unavailable:" in done.stdout, done.stderr[-500:]
    assert done.returncode == 0
