"""The staff's customer pages, as people read them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests import factories
from tests.desk import Browser, person
from ticketing.care import judging
from ticketing.conversations import service as conversations
from ticketing.customers import consents, segments
from ticketing.customers.models import Customer, StageEntry
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.crypto import keyring
from ticketing.platform.db import Database

ZONE = "Asia/Shanghai"


@pytest.fixture
def wang(company: Database, clock: FixedClock) -> int:
    """A gold customer who invests, with a complaint."""
    with company.transaction() as session:
        customer = factories.customer(
            session, clock, phone="13812345678", email="wang.jianguo@example.com", tier="gold", holdings=Decimal("50000"),
            last_trade_on=date(2026, 11, 1), birthday="1988-05-12", judge_again=True,
            phone_index=keyring().index("+8613812345678"),
        )  # fmt: skip
        ticket = factories.complaint(session, clock, of=customer)
        ticket.owner_id = person(company, "chen").id
    judging.advance(company, clock=clock, zone=ZONE)
    return customer.id


def test_the_list_is_masked_and_narrowed(signed_in: Any, wang: int) -> None:
    browser = signed_in("chen")
    browser.get("/customers?segment=key&stage=investing&tier=gold&churn=low")
    assert "王** " in browser.words
    assert "138****5678" in browser.words
    assert "13812345678" not in browser.page
    browser.get("/customers?segment=asleep")
    assert "没有符合条件的客户" in browser.words
    browser.get("/customers?q=138 1234 5678")
    assert "王**" in browser.words


def test_amounts_are_grouped_and_the_latest_chat_stands_first(
    signed_in: Any, company: Database, clock: FixedClock, wang: int
) -> None:
    with company.transaction() as session:
        customer = session.get_one(Customer, wang)
        for hour, lines in ((3, 31), (5, 51), (1, 11)):
            chat = conversations.open_conversation(session, clock=clock, customer=customer, language="zh")
            if lines == 51:
                asked = "转账三天没到账，" * 5
                conversations.append(session, clock=clock, conversation=chat, author="customer", text=asked)
            chat.last_message_at, chat.last_seq = clock.now() + timedelta(hours=hour), lines
    browser = signed_in("chen")
    browser.get(f"/customers/{wang}")
    assert "50,000.00" in browser.words
    assert re.findall(r"([135]1) 条消息", browser.words) == ["51", "31", "11"]
    assert "转账三天没到账，" * 2 + "转账三天没到账…" in browser.words
    assert browser.words.count("客户还没有说话") == 2


def test_a_page_of_many_costs_few_statements(signed_in: Any, company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        for _ in range(60):
            factories.customer(session, clock)
    browser, counted = signed_in("chen"), list[str]()
    event.listen(company.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    browser.get("/customers")
    assert len([text for text in counted if "FROM customer " in text]) == 1
    assert browser.page.count('<th scope="row">') == 25
    assert 'rel="next"' in browser.page


def test_the_profile_says_why(signed_in: Any, wang: int) -> None:
    browser = signed_in("chen")
    browser.get(f"/customers/{wang}")
    for words in (
        "重点客户 分层：金卡",
        "投资中",
        "持有理财产品",
        "没有需要留意的情况",
        "历史记录",
        "****-**-**",
        "未征得同意，不会发送",
    ):
        assert words in browser.words
    browser.get(f"/customers/{wang}?lang=en")
    assert "This is a hint added up by fixed rules, not a fact." in browser.words


def test_details_are_shown_for_a_reason_only(signed_in: Any, wang: int) -> None:
    browser, address = signed_in("chen"), f"/customers/{wang}/reveal"
    browser.get(f"/customers/{wang}")
    assert browser.submit(address, reason="").status_code == 422
    browser.submit(address, reason="call_back")
    assert "13812345678" in browser.words
    assert "1988-05-12" in browser.words
    browser.get(f"/customers/{wang}")
    assert "13812345678" not in browser.page


def test_a_refused_correction_keeps_what_was_typed(signed_in: Any, wang: int) -> None:
    browser, address = signed_in("chen"), f"/customers/{wang}/corrections"
    browser.get(f"/customers/{wang}")
    assert browser.submit(address, field="phone", text="12", reason="客户来电").status_code == 422
    assert 'value="12"' in browser.page
    assert browser.submit(address, field="phone", text="13900139000", reason="客户来电").status_code == 303
    browser.get(f"/customers/{wang}?done=corrected")
    assert "139****9000 坐席更正" in browser.words
    assert "客户来电" in browser.words


def test_points_go_from_agent_to_supervisor_to_customer(signed_in: Any, app: Flask, wang: int) -> None:
    agent, supervisor = signed_in("chen"), signed_in("zhao")
    agent.get(f"/customers/{wang}")
    number = agent.page.split('<option value="KS-', 1)[1].split('"', 1)[0]
    sent = agent.submit(f"/customers/{wang}/points", ticket=f"KS-{number}", amount="300", reason="到账延迟")
    assert sent.status_code == 303, agent.words
    agent.get("/customers/points")
    assert "须由另一位主管审批" in agent.words
    supervisor.get("/customers/points")
    supervisor.submit("/customers/points/1", deed="approve")
    supervisor.get(f"/customers/{wang}")
    assert "余额 300" in supervisor.words


def test_a_changed_segment_judges_everybody_anew(
    signed_in: Any, company: Database, clock: FixedClock, wang: int
) -> None:
    browser = signed_in("zhao")
    browser.get("/customers/segments")
    assert "重点客户" in browser.words
    answer = browser.submit(
        "/customers/segments/key", name_zh="重点客户", name_en="Key", position="900", tier="gold", active="1"
    )
    assert answer.status_code == 303
    for _ in range(3):
        judging.advance(company, clock=clock, zone=ZONE)
    with company.reading() as session:
        assert session.scalar(select(Customer.segment).where(Customer.id == wang)) == "investors"


def test_a_segment_counts_those_whom_its_list_shows(
    company: Database, signed_in: Any, clock: FixedClock, wang: int
) -> None:
    with company.transaction() as session:
        segment = session.get_one(Customer, wang).segment
        visitor = factories.customer(session, clock, external_id=None, segment=segment)
        factories.customer(session, clock, segment=segment, merged_into_id=visitor.id)
    browser = signed_in("zhao")
    browser.get("/customers/segments")
    (count,) = re.findall(rf'href="/customers\?segment={segment}"><b class="mono">(\d+)</b>', browser.page)
    browser.get(f"/customers?segment={segment}")
    assert int(count) == len(set(re.findall(r'href="/customers/(\d+)"', browser.page))) == 1


def test_a_segment_without_conditions_is_refused(signed_in: Any, company: Database) -> None:
    browser = signed_in("zhao")
    browser.get("/customers/segments")
    answer = browser.submit("/customers/segments/key", name_zh="重点", name_en="Key", position="5", active="1")
    assert (answer.status_code, "至少选择一个条件" in browser.words) == (422, True)
    with company.reading() as session:
        assert segments.declared(session)[1].match == {"tier": ["gold", "private"]}


def test_stages_are_history(company: Database, clock: FixedClock, wang: int) -> None:
    clock.advance(days=1)
    with company.transaction() as session:
        customer = session.get_one(Customer, wang)
        customer.holdings, customer.judge_again = None, True
    judging.advance(company, clock=clock, zone=ZONE)
    judging.advance(company, clock=clock, zone=ZONE)
    with company.reading() as session:
        found = session.scalars(select(StageEntry).where(StageEntry.customer_id == wang).order_by(StageEntry.id))
        assert [(entry.stage, entry.reason) for entry in found] == [
            ("investing", "holds_products"),
            ("trading", "has_traded"),
        ]


def test_the_night_judges_everybody_once(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        for _ in range(3):
            factories.customer(session, clock, judge_again=False)
    assert [judging.advance(company, clock=clock, zone=ZONE) for _ in range(2)] == [3, 0]
    clock.advance(days=1)
    assert judging.advance(company, clock=clock, zone=ZONE) == 3


def test_a_customer_sees_their_points_and_strangers_the_door(app: Flask) -> None:
    answer = Browser(app).get("/my/points")
    assert answer.status_code == 401


def test_a_record_that_is_not_there_is_not_found(signed_in: Any) -> None:
    assert signed_in("chen").get("/customers/999").status_code == 404


def test_judging_many_costs_as_few_statements_as_judging_one(company: Database, clock: FixedClock) -> None:
    costs = []
    for count in (1, 40):
        with company.transaction() as session:
            ids = [factories.customer(session, clock).id for _ in range(count)]
        counted = list[str]()
        event.listen(company.engine, "before_cursor_execute", lambda *given, counted=counted: counted.append(given[2]))
        with company.transaction() as session:
            assert judging.judge(session, now=clock.now(), zone=ZONE, ids=ids) == count
        costs.append(len([text for text in counted if not text.startswith("BEGIN")]))
    assert costs[0] == costs[1] <= 7


def test_what_a_customer_chose_for_themselves_stands_in_the_record_of_consents(
    signed_in: Any, company: Database, clock: FixedClock, wang: int
) -> None:
    for given in (True, False):
        with company.transaction() as session:
            actor = Actor(kind="customer", id=wang)
            consents.choose(session, clock=clock, actor=actor, purpose="marketing", given=given)
    browser = signed_in("chen")
    browser.get(f"/customers/{wang}")
    assert "授权记录（2）" in browser.words
    assert browser.words.count("本人登录后设置 · 客户") == 2
