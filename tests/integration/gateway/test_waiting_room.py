"""Waiting for a person: place and time are told and stay right, and there is always a way out that loses nothing."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.integration.gateway.conftest import Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations import long_waits, queries, rules, service
from ticketing.conversations.models import Conversation, Handover
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.tickets.models import Ticket

HOURS = ServiceHours.parse("09:00-21:00", "Asia/Shanghai")
OFFER_AFTER = timedelta(minutes=5)


@dataclasses.dataclass
class Room:
    """The company's side of the queue."""

    database: Database
    clock: FixedClock

    def hire(self, **changes: object) -> Actor:
        """Someone who takes conversations and was seen just now."""
        with self.database.transaction() as session:
            member = factories.staff(session)
            member.name, member.last_seen_at = "小王", self.clock.now()
            for name, value in changes.items():
                setattr(member, name, value)
            return Actor(kind="staff", id=member.id, name="小王", role="agent")

    def id_of(self, widget: Widget) -> int:
        with self.database.reading() as session:
            return queries.by_public_id(session, widget.id).id

    def queue(self, widget: Widget, **asked: object) -> None:
        values = {"reason": "asked", **asked}
        with self.database.transaction() as session:
            service.request_handoff(
                session, clock=self.clock, hours=HOURS, conversation_id=self.id_of(widget), **values
            )  # type: ignore[arg-type]

    def claim(self, widget: Widget, agent: Actor) -> None:
        number = self.id_of(widget)
        with self.database.transaction() as session:
            service.claim_by_agent(session, clock=self.clock, actor=agent, conversation_id=number)

    def hand_back(self, widget: Widget, agent: Actor) -> None:
        number = self.id_of(widget)
        with self.database.transaction() as session:
            service.hand_back(session, clock=self.clock, actor=agent, conversation_id=number)

    def look(self) -> int:
        return long_waits.look(self.database, clock=self.clock, hours=HOURS, offer_after=OFFER_AFTER)

    def rounds(self) -> list[str | None]:
        with self.database.reading() as session:
            return list(session.scalars(select(Handover.outcome).order_by(Handover.id)))

    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.id)))


@pytest.fixture
def room(database: Database, clock: FixedClock) -> Room:
    with database.transaction() as session:
        factories.company(session, clock)
    return Room(database, clock)


def act(widget: Widget, action: str, client_id: str = "a1") -> dict[str, object]:
    answer = widget.post("/messages", {"client_id": client_id, "action": action})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_expected_wait_follows_measured_conversations(
    new_widget: Callable[[], Widget], room: Room, clock: FixedClock
) -> None:
    agent = room.hire(chat_cap=1)
    for _ in range(30):
        before = new_widget().open(language="zh")
        room.claim(before, agent)
        clock.advance(minutes=14)
        room.hand_back(before, agent)
    with room.database.transaction() as session:
        session.get_one(factories.Staff, agent.id).last_seen_at = clock.now()
    busy, waits = new_widget().open(language="zh"), new_widget().open(language="zh")
    room.claim(busy, agent)
    room.queue(waits)
    queue = waits.get().json()["queue"]
    assert (queue["position"], queue["wait_minutes"]) == (1, 15)
    assert queue["text"] == "您排在第 1 位，预计约 15 分钟"


def test_who_leaves_the_queue_moves_the_others_up_in_their_open_widgets(
    new_widget: Callable[[], Widget], room: Room
) -> None:
    room.hire()
    first, second = new_widget().open(language="zh"), new_widget().open(language="zh")
    room.queue(first)
    room.clock.advance(seconds=1)
    room.queue(second)
    with second.http.stream("GET", second.path + "/events", params={"after": 99}, headers=second.headers) as stream:
        lines = stream.iter_lines()
        assert "第 2 位" in next(line for line in lines if "queue" in line)
        act(first, "leave_queue")
        assert "第 1 位" in next(line for line in lines if "queue" in line)


def test_the_opening_time_is_said_on_the_customers_own_clock(
    new_widget: Callable[[], Widget], room: Room, clock: FixedClock
) -> None:
    clock.advance(hours=12)
    widget = new_widget().open(language="zh", time_zone="Europe/London")
    room.queue(widget)
    state = widget.get().json()
    assert state["queue"]["opens_at"] == "2026-11-24T01:00:00Z"
    assert "11月24日 01:00（您当地时间）" in state["queue"]["text"]


def test_a_zone_nobody_knows_costs_nobody_their_conversation(new_widget: Callable[[], Widget]) -> None:
    assert new_widget().open(language="zh", time_zone="Mars/Olympus").id


def test_after_a_long_wait_one_is_asked_once_and_stays_in_the_queue(widget: Widget, room: Room) -> None:
    room.hire()
    room.queue(widget)
    room.clock.advance(minutes=4)
    assert room.look() == 0
    room.clock.advance(minutes=1)
    assert (room.look(), room.look()) == (1, 0)
    offer = widget.transcript()[-1]
    assert "您目前排在第 1 位。" in offer["text"]  # the minute told before has long passed
    assert [button["title"] for button in offer["buttons"]] == [
        "不等了，留言给客服", "继续等待", "不等了，继续问助手",
    ]  # fmt: skip
    assert widget.get().json()["owner"] == "queued"


def test_who_wants_to_wait_on_is_asked_again_after_the_same_time(widget: Widget, room: Room) -> None:
    room.queue(widget)
    room.clock.advance(minutes=5)
    assert room.look() == 1
    widget.press(widget.transcript()[-1]["seq"], 1)
    assert "继续为您排队" in widget.transcript()[-1]["text"]
    assert room.look() == 0
    room.clock.advance(minutes=5)
    assert room.look() == 1


def test_at_night_nobody_is_asked_before_people_are_back(widget: Widget, room: Room) -> None:
    room.clock.advance(hours=12)
    room.queue(widget)
    room.clock.advance(hours=10)
    assert room.look() == 0
    room.clock.advance(hours=1, minutes=5)
    assert room.look() == 1


def test_leaving_a_message_makes_one_ticket_of_what_was_written(widget: Widget, rasa: FakeRasa, room: Room) -> None:
    widget.send("我的提现三天没到账")
    room.queue(widget)
    widget.send("订单号 TX2611230099")
    first = act(widget, "leave_ticket")
    assert act(widget, "leave_ticket") == first | {"messages": first["messages"]}
    act(widget, "leave_ticket", client_id="a2")
    [ticket] = room.tickets()
    assert (ticket.kind, ticket.description) == ("enquiry", "我的提现三天没到账\n订单号 TX2611230099")
    card = next(line for line in widget.transcript() if line.get("kind") == "ticket")["card"]
    assert card["number"] == ticket.number
    assert card["promises"]
    assert (widget.get().json()["owner"], room.rounds()) == ("bot", ["ticket"])


@pytest.mark.parametrize("words", ["那我留言吧", "ok, leave a message"])
def test_leaving_a_message_can_be_said_in_words(widget: Widget, room: Room, words: str) -> None:
    room.queue(widget)
    widget.send("我的提现三天没到账")
    assert widget.send(words).json()["messages"][-1]["kind"] == "ticket"
    [ticket] = room.tickets()
    assert ticket.description == "我的提现三天没到账"


def test_a_complaint_that_was_being_taken_down_becomes_one(widget: Widget, room: Room) -> None:
    widget.send("你们乱扣我会员费")
    slots = {"category": "transaction_dispute", "amount": "19.9", "product": "card", "wish": "退钱"}
    room.queue(widget, slots=slots)
    act(widget, "leave_ticket")
    [ticket] = room.tickets()
    assert (ticket.kind, ticket.category, str(ticket.amount)) == ("complaint", "transaction_dispute", "19.90")


@pytest.mark.parametrize(
    "words",
    [
        "那我留言：我姓林，10月失业了，12月5号要还款",
        "不等了，我留言吧：11月18日转给人28000元，对方说是兼职刷单，已报警",
        "ok I leave message. My name Lim, I lost job in Oct",
    ],
)
def test_a_message_left_in_one_line_is_filed(widget: Widget, room: Room, words: str) -> None:
    room.queue(widget)
    widget.send("转人工")
    assert widget.send(words).json()["messages"][-1]["kind"] == "ticket"
    [ticket] = room.tickets()
    assert ticket.description == rules.message_left(words)


@pytest.mark.parametrize("how", ["留言吧", None])
def test_who_has_told_nothing_is_asked_for_the_message_and_the_next_line_is_filed(
    widget: Widget, rasa: FakeRasa, room: Room, how: str | None
) -> None:
    widget.send("转人工")
    room.queue(widget)
    asked = (widget.send(how).json() if how else act(widget, "leave_ticket"))["messages"][-1]
    assert "下一条消息" in asked["text"]
    assert (room.tickets(), widget.get().json()["owner"]) == ([], "queued")
    widget.send("留什么言？")
    widget.send("好的")
    widget.send("谢谢，我晚点再来")
    assert room.tickets() == []
    assert widget.send("我的银行卡被冻结了，请打 13700137000 找我").json()["messages"][-1]["kind"] == "ticket"
    [ticket] = room.tickets()
    assert "我的银行卡被冻结了" in ticket.description
    assert (ticket.contact_channel, ticket.contact) == ("phone", "13700137000")
    assert (widget.get().json()["owner"], room.rounds()) == ("bot", ["ticket"])


def test_a_question_is_the_message_when_a_message_was_asked_for(widget: Widget, room: Room) -> None:
    room.queue(widget)
    act(widget, "leave_ticket")
    widget.send("多久回复我？")
    assert room.tickets() == []
    assert widget.send("我想问提现为什么限额").json()["messages"][-1]["kind"] == "ticket"
    assert "我想问提现为什么限额" in room.tickets()[0].description


def test_who_talked_before_they_waited_is_asked_what_to_add(widget: Widget, room: Room) -> None:
    widget.send("我的提现三天没到账")
    room.clock.advance(minutes=1)
    room.queue(widget)
    asked = act(widget, "leave_ticket")["messages"][-1]
    assert "前面说的会一并登记" in asked["text"]
    assert (room.tickets(), asked["buttons"][0]["title"]) == ([], "没有补充，就这样登记")
    widget.send("请打 13700137000 找我")
    [ticket] = room.tickets()
    assert ticket.description == "我的提现三天没到账\n请打 137****7000 找我"
    assert ticket.contact == "13700137000"


def test_who_has_nothing_to_add_files_what_they_told_before(widget: Widget, room: Room) -> None:
    widget.send("我的提现三天没到账")
    room.clock.advance(minutes=1)
    room.queue(widget)
    asked = act(widget, "leave_ticket")["messages"][-1]
    assert widget.press(asked["seq"], 0).json()["messages"][-1]["kind"] == "ticket"
    assert room.tickets()[0].description == "我的提现三天没到账"


def test_who_still_tells_nothing_gets_a_ticket_all_the_same(widget: Widget, room: Room) -> None:
    room.queue(widget)
    act(widget, "leave_ticket")
    act(widget, "leave_ticket", client_id="a2")
    assert room.tickets()[0].description == "客户要求人工客服联系，没有说明事由。"


def test_who_waits_on_after_being_asked_for_a_message_files_none(widget: Widget, room: Room) -> None:
    room.queue(widget)
    act(widget, "leave_ticket")
    act(widget, "keep_waiting", client_id="a2")
    widget.send("我的银行卡被冻结了")
    assert room.tickets() == []


def test_what_is_asked_in_the_line_that_leaves_the_queue_is_answered(
    widget: Widget, rasa: FakeRasa, room: Room
) -> None:
    room.queue(widget)
    said = widget.send("不等了，提现一般多久到账？").json()["messages"]
    assert "已取消排队" in said[1]["text"]
    assert rasa.seen[-1]["message"] == "不等了，提现一般多久到账？"
    widget.send("好的")
    assert room.rounds() == ["left"]


def race(*deeds: Callable[[], object]) -> list[object]:
    """All at the same moment; a refusal is its code."""
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.parametrize("action", ["leave_queue", "leave_ticket"])
def test_leaving_while_an_agent_claims_has_one_end(
    new_widget: Callable[[], Widget], rasa: FakeRasa, room: Room, action: str
) -> None:
    """Whoever came first decided: with the agent there is no ticket; after a ticket the agent may still take over."""
    agent = room.hire(chat_cap=20)
    for _ in range(5):
        widget = new_widget().open(language="zh")
        room.queue(widget)
        race(lambda widget=widget: act(widget, action), lambda widget=widget: room.claim(widget, agent))
        with room.database.reading() as session:
            found = queries.by_public_id(session, widget.id)
            ends = session.scalars(
                select(Handover.outcome).where(Handover.conversation_id == found.id).order_by(Handover.id)
            ).all()
            tickets = session.scalar(select(func.count()).where(Ticket.conversation_id == found.id))
        assert (found.owner, found.agent_id) == ("agent", agent.id)
        outcome = "left" if action == "leave_queue" else "ticket"
        assert list(ends) in ([None], [outcome, None])
        assert tickets == (1 if list(ends) == ["ticket", None] else 0)


def test_an_offer_at_the_moment_of_a_claim_leaves_the_claim_alone(widget: Widget, room: Room) -> None:
    agent = room.hire()
    room.queue(widget)
    room.clock.advance(minutes=5)
    race(room.look, lambda: room.claim(widget, agent))
    assert widget.get().json()["owner"] == "agent"
    assert room.look() == 0


def test_two_workers_ask_once(widget: Widget, room: Room) -> None:
    room.queue(widget)
    room.clock.advance(minutes=5)
    race(room.look, room.look, room.look)
    asked = [line for line in widget.transcript() if "让您久等了" in line["text"]]
    assert len(asked) == 1


def test_nobody_has_more_conversations_than_they_may(new_widget: Callable[[], Widget], room: Room) -> None:
    agent = room.hire(chat_cap=2)
    waiting = [new_widget().open() for _ in range(5)]
    for widget in waiting:
        room.queue(widget)
    outcomes = race(*(lambda widget=widget: room.claim(widget, agent) for widget in waiting))
    assert sorted(map(str, outcomes)) == ["None", "None", "chats_full", "chats_full", "chats_full"]
    with room.database.reading() as session:
        assert len(queries.claimed_by(session, agent.id or 0)) == 2


def test_a_customer_whose_agent_has_gone_is_first_in_the_queue_again(
    new_widget: Callable[[], Widget], widget: Widget, room: Room
) -> None:
    gone = room.hire()
    room.claim(widget, gone)
    widget.send("还在吗")
    room.clock.advance(minutes=6)
    other = new_widget().open()
    room.hire()
    room.queue(other)
    assert (room.look(), room.look()) == (1, 0)
    assert "小王暂时离开了" in widget.transcript()[-1]["text"]
    state = widget.get().json()
    assert (state["owner"], state["queue"]["position"]) == ("queued", 1)
    assert room.rounds() == ["absent", None, None]


def test_an_agent_who_is_there_keeps_their_customer(widget: Widget, room: Room) -> None:
    agent = room.hire()
    room.claim(widget, agent)
    widget.send("还在吗")
    room.clock.advance(minutes=6)
    with room.database.transaction() as session:
        session.get_one(factories.Staff, agent.id).last_seen_at = room.clock.now()
    assert room.look() == 0
    with room.database.reading() as session:
        assert session.get_one(Conversation, room.id_of(widget)).owner == "agent"
