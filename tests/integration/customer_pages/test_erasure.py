"""Being erased: asked for, decided by somebody else, taken back or done; what the law keeps names nobody."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests import factories
from tests.evidence import picture
from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing import tables
from ticketing.attachments.models import Attachment
from ticketing.audit import service as audit
from ticketing.audit.models import AuditEntry
from ticketing.conversations.models import Conversation, Message
from ticketing.customers import consents
from ticketing.customers.models import Customer
from ticketing.integrity import statements
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.privacy import erasures
from ticketing.privacy.models import DataExport, ErasureRequest
from ticketing.search import service as index
from ticketing.search.models import SearchEntry
from ticketing.tasks import Worker
from ticketing.tickets.models import Ticket, TicketEvent

PAGE = "/my/data/erasure"
NAMES = ("王建国", "wang@example.com", "ORDER-4711", "ext-4711")
STORY = "我是王建国，转账两千块没到账"
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def worker(desk: Desk, settings: Settings) -> Worker:
    return Worker(settings, desk.database, desk.clock)


@pytest.fixture
def officer(desk: Desk) -> Actor:
    with desk.database.transaction() as session:
        return factories.actor_of(factories.staff(session, role="compliance"))


@pytest.fixture
def known(desk: Desk, browser: Browser, worker: Worker) -> str:
    """Somebody of whom there is much: names, a closed complaint with a file, a chat, a consent, a copy; its number."""
    with desk.database.transaction() as session:
        customer = session.get_one(Customer, desk.customer_id)
        customer.name, customer.email, customer.external_id = NAMES[0], NAMES[1], NAMES[3]
    number = desk.complaint(description=STORY, order_number=NAMES[2])
    shown = {"text": "王建国补充：手续费也扣了", "files": [(io.BytesIO(picture()), "王建国截图.png")]}
    browser.fill_in(f"/my/tickets/{number}", shown, to=f"/my/tickets/{number}/additions")
    browser.fill_in("/my/data", {}, to="/my/data/exports")
    with desk.database.transaction() as session:
        actor = Actor(kind="customer", id=desk.customer_id)
        consents.choose(session, clock=desk.clock, actor=actor, purpose="care", given=True)
    desk.close(number)
    worker.deliver()
    index.index_changes(desk.database)
    return number


def ask(browser: Browser, confirmed: str = "yes") -> int:
    return browser.fill_in(PAGE, {"confirmed": confirmed}).status_code


def request_of(desk: Desk) -> ErasureRequest:
    with desk.database.reading() as session:
        found = erasures.newest(session, customer_id=desk.customer_id)
    assert found is not None
    return found


def decide(desk: Desk, settings: Settings, actor: Actor, *, approve: bool = True, reason: str = "") -> None:
    with desk.database.transaction() as session:
        erasures.decide(
            session, clock=desk.clock, settings=settings, actor=actor, public_id=request_of(desk).public_id,
            approve=approve, reason=reason,
        )  # fmt: skip


def erase(browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker) -> None:
    ask(browser)
    decide(desk, settings, officer)
    worker.deliver()
    desk.clock.advance(days=3, minutes=1)
    worker.forget()
    index.index_changes(desk.database)


def everything_written(desk: Desk) -> dict[str, str]:
    """All that stands in the database, table by table, as decrypted text."""
    found: dict[str, str] = {}
    with desk.database.reading() as session:
        for table in tables.metadata.sorted_tables:
            rows = (
                select(table) if table.name != "search_entry" else text("SELECT CAST(words AS TEXT) FROM search_entry")
            )
            found[table.name] = " ".join(map(str, session.execute(rows).all()))
    return found


def test_nothing_names_an_erased_customer_any_more(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    before = everything_written(desk)
    assert all(any(name in text for text in before.values()) for name in NAMES)
    erase(browser, desk, settings, officer, worker)
    after = everything_written(desk)
    assert [(table, name) for table, text in after.items() for name in NAMES if name in text] == []


@sqlite_only
def test_files_copies_chats_and_consents_are_gone_and_the_complaints_record_stays(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    erase(browser, desk, settings, officer, worker)
    with desk.database.reading() as session:
        for table in (Attachment, DataExport, Message):
            assert session.query(table).count() == 0
        assert consents.history(session, desk.customer_id) == []
        ticket = session.query(Ticket).one()
        assert (ticket.number, ticket.category, ticket.current.cause) == (known, "transaction_dispute", "银行维护")
        assert ticket.description == "我是［…］，转账两千块没到账"
        said = session.query(TicketEvent).filter_by(kind="added_to").one().text
        assert said == "［…］补充：手续费也扣了"
        request = request_of(desk)
        assert ticket.closed_at is not None
        assert request.kept_until is not None
        assert request.kept_until - ticket.closed_at >= timedelta(days=3 * 365)


@sqlite_only
def test_search_finds_the_number_and_no_word(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    erase(browser, desk, settings, officer, worker)
    with desk.database.reading() as session:
        assert session.scalars(select(SearchEntry.kind)).all() == ["ticket"]
    words = everything_written(desk)["search_entry"]
    assert known.rpartition("-")[2] in words
    assert "转" not in words


@sqlite_only
def test_the_audit_chain_and_the_statements_of_days_still_hold(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    desk.clock.advance(days=1)
    worker.state()
    browser.sign_in(desk.customer_id)
    erase(browser, desk, settings, officer, worker)
    with desk.database.transaction() as session:
        audit.seal(session)
    with desk.database.reading() as session:
        assert audit.verify(session).first_bad is None
        steps = [row.action for row in session.query(AuditEntry).order_by(AuditEntry.id) if "eras" in row.action]
        assert steps == ["erasure.requested", "erasure.approved", "erasure.done", "customer.erased"]
        verified = list(statements.verify(session, last=10))
    assert verified
    assert not any(day.differs for day in verified)


@sqlite_only
def test_an_erased_customers_browser_opens_nothing(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    with desk.database.reading() as session:
        named = session.scalars(select(Conversation.public_id)).all()
    erase(browser, desk, settings, officer, worker)
    browser.sign_in(desk.customer_id)
    assert browser.get("/my/tickets").status_code == 401
    with desk.database.reading() as session:
        assert not set(named) & set(session.scalars(select(Conversation.public_id)))


@sqlite_only
def test_erasing_again_changes_nothing(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    erase(browser, desk, settings, officer, worker)
    before = everything_written(desk)
    worker.forget()
    index.index_changes(desk.database)
    assert everything_written(desk) == before


@sqlite_only
def test_the_words_of_a_complaint_go_when_its_years_are_over(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    erase(browser, desk, settings, officer, worker)
    desk.clock.advance(days=3 * 365 + 1)
    worker.forget()
    with desk.database.reading() as session:
        ticket = session.query(Ticket).one()
        assert (ticket.number, ticket.description, ticket.current.cause) == (known, "", "")
        assert {event.text for event in session.query(TicketEvent)} <= {None, ""}


@sqlite_only
def test_an_enquiry_is_blanked_at_once(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker
) -> None:
    desk.close(desk.complaint(kind="enquiry", description="怎样提高转账限额"))
    erase(browser, desk, settings, officer, worker)
    with desk.database.reading() as session:
        assert session.query(Ticket).one().description == ""
    assert request_of(desk).kept_until is None


@sqlite_only
def test_asking_needs_a_tick_and_a_browser_that_has_just_come_in(browser: Browser, desk: Desk) -> None:
    assert ask(browser, confirmed="") == 422
    assert ask(browser) == 303
    hidden = browser.hidden("/my/data")
    desk.clock.advance(minutes=11)
    assert browser.client.post(PAGE, data=hidden | {"confirmed": "yes"}).status_code == 403
    with desk.database.reading() as session:
        assert session.query(ErasureRequest).count() == 1


@sqlite_only
def test_asking_twice_is_one_request_and_taking_it_back_ends_it(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    ask(browser)
    assert browser.client.post(PAGE, data=browser.hidden(PAGE) | {"confirmed": "yes"}).status_code == 303
    decide(desk, settings, officer)
    answer = browser.fill_in(PAGE, {}, to=f"{PAGE}/withdrawal")
    assert "申请已撤回" in browser.get(str(answer.location)).text
    desk.clock.advance(days=4)
    worker.forget()
    with desk.database.reading() as session:
        assert session.query(ErasureRequest).one().status == "withdrawn"
        assert session.get_one(Customer, desk.customer_id).name == NAMES[0]


@sqlite_only
def test_compliance_is_told_and_the_customer_of_the_decision(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    ask(browser)
    with desk.database.reading() as session:
        told = session.query(StaffNotice).filter_by(code="erasure_requested").one()
        assert told.staff_id == officer.id
    decide(desk, settings, officer, approve=False, reason="案件仍在诉讼中")
    worker.deliver()
    with desk.database.reading() as session:
        said = [line.text for line in session.query(Message).filter_by(author="system")]
    assert any("案件仍在诉讼中" in text for text in said)
    assert "案件仍在诉讼中" in browser.get(PAGE).text


@sqlite_only
def test_compliance_is_reminded_before_the_last_day_and_supervisors_told_after_it(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker
) -> None:
    with desk.database.transaction() as session:
        supervisor = factories.staff(session, role="supervisor").id
    ask(browser)
    told: list[tuple[int, str, int | None]] = []
    for day in range(1, 18):
        desk.clock.advance(hours=24)
        worker.forget()
        worker.forget()
        with desk.database.reading() as session:
            notices = session.query(StaffNotice).filter(StaffNotice.code.in_(("erasure_due", "erasure_late")))
            told += [(day, each.code, each.staff_id) for each in notices.order_by(StaffNotice.id)][len(told) :]
    due, late = "erasure_due", "erasure_late"
    assert sorted(told) == sorted(
        [(10, due, officer.id), (14, due, officer.id), (15, late, officer.id), (15, late, supervisor)]
    )


@sqlite_only
def test_nobody_is_reminded_of_what_is_decided(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker
) -> None:
    ask(browser)
    decide(desk, settings, officer, approve=False, reason="案件仍在诉讼中")
    desk.clock.advance(hours=24 * 16)
    worker.forget()
    with desk.database.reading() as session:
        assert not session.query(StaffNotice).filter(StaffNotice.code.startswith("erasure_d")).all()
        assert not session.query(StaffNotice).filter_by(code="erasure_late").all()


@sqlite_only
def test_who_handled_a_case_of_theirs_or_may_not_decide_does_not(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, known: str
) -> None:
    ask(browser)
    with desk.database.transaction() as session:
        supervisor = factories.actor_of(factories.staff(session, role="supervisor"))
        session.query(Ticket).one().owner_id = officer.id
    for actor, code in ((supervisor, "permission_denied"), (officer, "erasure_own_case")):
        with pytest.raises(DomainError) as refusal:
            decide(desk, settings, actor)
        assert refusal.value.code == code
    assert request_of(desk).status == "requested"


@sqlite_only
def test_an_open_case_keeps_the_data_until_it_ends(
    browser: Browser, desk: Desk, settings: Settings, officer: Actor, worker: Worker, known: str
) -> None:
    ask(browser)
    number = desk.complaint()
    with pytest.raises(DomainError) as refusal:
        decide(desk, settings, officer)
    assert refusal.value.code == "erasure_cases_open"
    desk.close(number)
    decide(desk, settings, officer)
    late = desk.complaint()
    desk.clock.advance(days=4)
    worker.forget()
    assert request_of(desk).status == "approved"
    desk.close(late)
    worker.forget()
    assert request_of(desk).status == "done"
