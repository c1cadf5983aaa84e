"""What sources say of a customer, what is believed, and what becomes of doubles."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.care import records
from ticketing.conversations import service as conversations
from ticketing.customers import consents, service, upserting
from ticketing.customers.models import Customer, CustomerChange, CustomerStatement
from ticketing.customers.profile import profile_of
from ticketing.customers.upserting import Sayings
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.points import service as points
from ticketing.tickets import recusal
from ticketing.tickets.models import Ticket


def say(session: Session, clock: FixedClock, source: str, **values: str | None) -> Customer:
    """What a source says of customer C-1."""
    told = [Sayings("C-1", values)]
    return upserting.upsert(session, clock=clock, actor=SYSTEM, source=source, sayings=told)["C-1"][0]


def staff(session: Session, role: str = "agent") -> Actor:
    return factories.actor_of(factories.staff(session, role=role))


def test_an_old_number_repeated_does_not_undo_a_correction(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        customer = say(session, clock, "host", phone="13800138000")
        clock.advance(days=1)
        records.correct(
            session, clock=clock, actor=staff(session), customer_id=customer.id, field="phone", text="139 0013 9000", reason="客户来电核实"
        )  # fmt: skip
        clock.advance(days=1)
        say(session, clock, "host", phone="13800138000")
        assert customer.phone == "13900139000"
        assert service.find_by_phone(session, "+86 139 0013 9000") == [customer]
        clock.advance(days=1)
        assert say(session, clock, "host", phone="13700137000").phone == "13700137000"


def test_the_profile_tells_who_says_so_and_who_disagrees(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        customer = say(session, clock, "csv", phone="13800138000")
        clock.advance(days=1)
        say(session, clock, "api", phone="13900139000")
        known = profile_of(session, customer.id).fields["phone"]
    assert (known.shown, known.source, known.since) == ("139****9000", "api", clock.now())
    assert [(source, shown) for source, shown, _since in known.others] == [("csv", "138****8000")]


def test_taking_a_statement_back_leaves_what_others_say(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        say(session, clock, "csv", region="杭州")
        say(session, clock, "api", region="宁波")
        assert say(session, clock, "api", region=None).region == "杭州"


def test_a_row_older_than_statements_keeps_its_value_until_someone_speaks(
    database: Database, clock: FixedClock
) -> None:
    with database.transaction() as session:
        customer = factories.customer(session, clock, external_id="C-1", tier="gold", name="旧名")
        clock.advance(days=1)
        say(session, clock, "csv", tier="silver", email="new@example.com")
        found = profile_of(session, customer.id)
    assert (found.fields["name"].source, found.fields["name"].value) == ("earlier", "旧名")
    assert found.fields["tier"].value == "silver"
    assert {change.field for change in found.changes} == {"tier", "email"}


def test_saying_the_same_again_writes_nothing(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        before = say(session, clock, "api", name="王建国", tier="gold").version
        clock.advance(days=1)
        again = upserting.upsert(
            session,
            clock=clock,
            actor=SYSTEM,
            source="api",
            sayings=[Sayings("C-1", {"name": "王建国", "tier": "gold"})],
        )["C-1"]
        assert (again[1], again[0].version) == ("same", before)
        assert session.scalars(select(CustomerChange)).all() == []


def test_nothing_personal_is_readable_in_the_tables(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        say(session, clock, "api", name="王建国", phone="13800138000", birthday="1988-05-12", region="杭州")
        say(session, clock, "api", name="王建军")
    with database.engine.connect() as connection:
        for table in (Customer, CustomerStatement, CustomerChange):
            rows = str(connection.exec_driver_sql(f"SELECT * FROM {table.__tablename__}").all())
            assert not [each for each in ("王建", "13800138000", "1988-05-12", "05-12", "杭州") if each in rows]


def test_the_newest_consent_holds_and_is_proved_by_rows(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        customer, agent = factories.customer(session, clock), staff(session)
        for given in (True, True, False):
            clock.advance(hours=1)
            records.note_consent(
                session, clock=clock, actor=agent, customer_id=customer.id, purpose="care", given=given
            )
        rows = consents.history(session, customer.id)
        assert [(row.given, row.how, row.wording) for row in rows] == [(False, "agent", consents.WORDING), (True, "agent", consents.WORDING)]  # fmt: skip
        session.refresh(customer)
        assert not customer.care_consent
        assert consents.allows(session, customer_id=customer.id, purpose="survey")


@pytest.fixture
def pair(database: Database, clock: FixedClock) -> tuple[int, int]:
    """A visitor with a complaint and points, and the account with the same number."""
    with database.transaction() as session:
        factories.company(session, clock)
        account = say(session, clock, "api", name="王建国", phone="13800138000")
        visitor = service.create_visitor(session, clock=clock, language="zh")
        upserting.say(
            session, clock=clock, actor=SYSTEM, source="customer", customer_id=visitor.id,
            values={"phone": "13800138000", "region": "杭州"},
        )  # fmt: skip
        factories.complaint(session, clock, of=visitor)
        points.grant(session, clock=clock, actor=SYSTEM, customer_id=visitor.id, amount=80, key="k")
        return visitor.id, account.id


def test_merging_moves_everything_once(database: Database, clock: FixedClock, pair: tuple[int, int]) -> None:
    double, into = pair
    with database.transaction() as session:
        lead = staff(session, "team_lead")
        member = factories.staff(session)
        member.customer_id = double
        session.flush()
        deeds = [records.merge(session, clock=clock, actor=lead, double_id=double, into_id=into) for _ in range(2)]
        assert deeds == [True, False]
        assert (points.balance(session, double), points.balance(session, into)) == (0, 80)
        assert profile_of(session, into).fields["region"].value == "杭州"
        assert member.customer_id == into
        assert (session.get_one(Customer, into).name, session.get_one(Customer, double).merged_into_id) == (
            "王建国",
            into,
        )


def test_the_member_of_staff_still_keeps_out_of_their_own_case(database: Database, clock: FixedClock, pair: tuple[int, int]) -> None:  # fmt: skip
    double, into = pair
    with database.transaction() as session:
        member = factories.staff(session)
        member.customer_id = into
        records.merge(session, clock=clock, actor=staff(session, "team_lead"), double_id=double, into_id=into)
        moved = session.scalars(select(Ticket).where(Ticket.customer_id == into)).one()
        assert member.id in recusal.kept_out(session, moved)


def test_strangers_and_two_colleagues_are_not_merged(
    database: Database, clock: FixedClock, pair: tuple[int, int]
) -> None:
    double, into = pair
    with database.transaction() as session:
        lead, stranger = staff(session, "team_lead"), factories.customer(session, clock)
        assert refused(session, clock, lead, stranger.id, into) == "customer_not_alike"
        assert refused(session, clock, staff(session), double, into) == "permission_denied"
        for number in (double, into):
            factories.staff(session).customer_id = number
        session.flush()
        assert refused(session, clock, lead, double, into) == "customer_merge_staff"


def refused(session: Session, clock: FixedClock, actor: Actor, double: int, into: int) -> Any:
    with pytest.raises(DomainError) as found:
        records.merge(session, clock=clock, actor=actor, double_id=double, into_id=into)
    return found.value.code


def test_nobody_looks_into_or_corrects_their_own_record(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        customer, member = factories.customer(session, clock), factories.staff(session)
        member.customer_id = customer.id
        session.flush()
        with pytest.raises(DomainError, match="customer_is_yourself"):
            records.reveal(
                session, clock=clock, actor=factories.actor_of(member), customer_id=customer.id, reason="call_back"
            )


def test_the_doubles_window_does_not_become_the_accounts(
    database: Database, clock: FixedClock, pair: tuple[int, int]
) -> None:
    double, into = pair
    with database.transaction() as session:
        visitor, lead = session.get_one(Customer, double), staff(session, "team_lead")
        chat = conversations.open_conversation(session, clock=clock, customer=visitor, language="zh")
        held, chat.owner = chat.public_id, "queued"
        session.flush()
        assert refused(session, clock, lead, double, into) == "customer_merge_chatting"
        chat.owner = "bot"
        records.merge(session, clock=clock, actor=lead, double_id=double, into_id=into)
        session.refresh(chat)
        assert (chat.customer_id, chat.owner) == (into, "closed")
        assert chat.public_id != held


def test_two_ids_of_one_customer_in_one_batch_both_count(
    database: Database, clock: FixedClock, pair: tuple[int, int]
) -> None:
    double, into = pair
    with database.transaction() as session:
        session.get_one(Customer, double).external_id = "C-0"
        records.merge(session, clock=clock, actor=staff(session, "team_lead"), double_id=double, into_id=into)
        told = [Sayings("C-0", {"region": "宁波"}), Sayings("C-1", {"name": "王建军"})]
        done = upserting.upsert(session, clock=clock, actor=SYSTEM, source="api", sayings=told)
        assert {customer.id for customer, _fate in done.values()} == {into}
        known = profile_of(session, into).fields
        assert (known["region"].value, known["name"].value, known["phone"].source) == ("宁波", "王建军", "api")
