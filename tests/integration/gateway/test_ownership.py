"""Who may speak: the assistant, the queue, a person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests import factories
from tests.integration.gateway.conftest import Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations import inbox, queries, service
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError


@pytest.fixture
def agent(database: Database, clock: FixedClock) -> Actor:
    """An agent who was seen just now."""
    with database.transaction() as session:
        member = factories.staff(session)
        member.name, member.last_seen_at = "小王", clock.now()
        return Actor(kind="staff", id=member.id, name="小王", role="agent")


@pytest.fixture
def api(widget: Widget, rasa: FakeRasa, base_url: str) -> Iterator[Callable[..., httpx.Response]]:
    """Calls the API as the assistant's actions do, from within a turn."""
    widget.send("开始")
    token = rasa.seen[-1]["metadata"]["token"]

    with httpx.Client(base_url=base_url + "/api/v1/conversation", trust_env=False) as client:

        def call(
            path: str, body: Any = None, key: str = "k1", token: str = token, method: str = "POST"
        ) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            return client.request(method, path, json=body, headers=headers)

        yield call


def conversation_id(database: Database, widget: Widget) -> int:
    with database.reading() as session:
        return queries.by_public_id(session, widget.id).id


def claim(database: Database, clock: FixedClock, widget: Widget, agent: Actor) -> int:
    number = conversation_id(database, widget)
    with database.transaction() as session:
        service.claim_by_agent(session, clock=clock, actor=agent, conversation_id=number)
    return number


HOURS = ServiceHours.parse("09:00-21:00", "Asia/Shanghai")
ASKED = {"reason": "asked", "summary": "电话 13812345678 转账没到账", "language": "zh"}


def test_asking_for_a_person_queues_once_and_tells_the_place(
    widget: Widget, api: Callable[..., httpx.Response], agent: Actor, database: Database
) -> None:
    first = api("/handoff", ASKED)
    assert first.status_code == 200, first.text
    assert first.json() == api("/handoff", ASKED).json()
    answer = first.json()
    assert (answer["owner"], answer["position"], answer["agents_online"]) == ("queued", 1, 1)
    assert "第 1 位" in answer["text"]
    with database.reading() as session:
        [waiting] = queries.waiting(session)
        assert waiting.handoff_package["summary"] == "电话 138****5678 转账没到账"
    assert widget.get().json()["queue"]["position"] == 1


def test_a_turns_token_is_worth_nothing_ten_minutes_later(
    api: Callable[..., httpx.Response], clock: FixedClock
) -> None:
    clock.advance(minutes=10, seconds=1)
    assert api("/handoff", ASKED).json()["code"] == "token_invalid"


def test_the_widgets_own_token_does_not_open_the_api(widget: Widget, api: Callable[..., httpx.Response]) -> None:
    assert api("/handoff", ASKED, token=widget.token).json()["code"] == "token_invalid"


def test_at_night_the_queue_says_when_people_are_back(widget: Widget, rasa: FakeRasa, clock: FixedClock) -> None:
    rasa.stop()
    clock.advance(hours=12)
    notice = widget.send("转账").json()["messages"][1]
    answer = widget.press(notice["seq"], 0).json()
    assert "11月24日 09:00" in answer["messages"][1]["text"]


def test_distress_goes_before_those_who_merely_asked(
    new_widget: Callable[[], Widget], database: Database, clock: FixedClock
) -> None:
    numbers = [conversation_id(database, new_widget().open()) for _ in range(3)]
    for number, reason in zip(numbers, ["asked", "distress", "asked"], strict=True):
        clock.advance(seconds=1)
        with database.transaction() as session:
            service.request_handoff(session, clock=clock, hours=HOURS, conversation_id=number, reason=reason)
    with database.reading() as session:
        waiting = queries.waiting(session)
        assert [item.id for item in waiting] == [numbers[1], numbers[0], numbers[2]]
        assert [queries.position(session, item) for item in waiting] == [1, 2, 3]


def test_who_waits_for_a_person_is_still_with_the_assistant(widget: Widget, rasa: FakeRasa, base_url: str) -> None:
    rasa.answer = hand_over_by(base_url, then=(200, [{"text": "正在为您转接"}]))
    widget.send("转人工")
    widget.until(lambda lines: lines[-1]["text"] == "正在为您转接")
    assert widget.get().json()["owner"] == "queued"
    rasa.answer = lambda body: (200, [{"text": "一般两小时内到账。"}])
    waiting = widget.send("提现多久到账").json()["messages"]
    assert [line["author"] for line in waiting] == ["customer", "system", "bot"]
    assert [body["metadata"]["waiting"] for body in rasa.seen] == [None, "asked"]
    assert widget.get().json()["owner"] == "queued"


@pytest.mark.parametrize("silence", [(200, []), (500, b"oops")])
def test_what_the_assistant_has_no_word_for_is_left_for_the_person_waited_for(
    widget: Widget, rasa: FakeRasa, api: Callable[..., httpx.Response], silence: tuple[int, Any]
) -> None:
    api("/handoff", ASKED)
    rasa.answer = lambda body: silence
    told = widget.send("我的订单号是 20261123001").json()["messages"]
    assert [line["author"] for line in told] == ["customer", "system"]
    assert "第 1 位" in told[-1]["text"]
    assert len(widget.send("还有一件事").json()["messages"]) == 1


def test_a_button_pressed_while_waiting_for_a_person_is_answered(widget: Widget, rasa: FakeRasa, base_url: str) -> None:
    button = {"title": "继续刚才的投诉", "payload": '/affirm{"form": "n", "choice": "resume"}'}
    rasa.answer = hand_over_by(base_url, then=(200, [{"text": "替您留着", "buttons": [button]}]))
    widget.send("转人工")
    lines = widget.until(lambda lines: lines[-1]["text"] == "替您留着")
    rasa.answer = lambda body: (200, [{"text": "好的，我们接着来。"}])
    widget.press(lines[-1]["seq"], 0)
    widget.until(lambda lines: lines[-1]["text"] == "好的，我们接着来。")
    assert rasa.messages[-1] == button["payload"]
    assert widget.get().json()["owner"] == "queued"


def hand_over_by(base_url: str, *, then: tuple[int, Any]) -> Callable[[dict[str, Any]], tuple[int, Any]]:
    """An assistant that asks for a person in its turn and answers ``then``."""

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {body['metadata']['token']}", "Idempotency-Key": "k"}
        httpx.post(f"{base_url}/api/v1/conversation/handoff", json=ASKED, headers=headers, trust_env=False)
        return then

    return answer


def test_what_was_typed_behind_the_wish_for_a_person_is_answered_as_while_waiting(
    widget: Widget, rasa: FakeRasa, base_url: str
) -> None:
    rasa.answer = hand_over_by(base_url, then=(200, [{"text": "正在为您转接"}]))
    rasa.gate.clear()
    with ThreadPoolExecutor(3) as pool:
        pool.submit(widget.send, "转人工")
        wait_until(lambda: len(rasa.seen) == 1)
        pool.submit(widget.send, "在吗")
        pool.submit(widget.send, "喂")
        widget.until(lambda lines: len([line for line in lines if line["author"] == "customer"]) == 3)
        rasa.gate.set()
    wait_until(lambda: len(rasa.seen) == 3)
    assert {body["message"]: body["metadata"]["waiting"] for body in rasa.seen} == {
        "转人工": None,
        "在吗": "asked",
        "喂": "asked",
    }


def test_a_turn_that_queues_and_then_fails_still_tells_the_place(widget: Widget, rasa: FakeRasa, base_url: str) -> None:
    rasa.answer = hand_over_by(base_url, then=(500, b"oops"))
    widget.send("转人工")
    lines = widget.until(lambda lines: lines[-1].get("kind") == "handoff")
    assert "第 1 位" in lines[-1]["text"]


@pytest.mark.parametrize(
    "words",
    ["算了", "不等了", "退出排队", "不用排了，取消", "不排了 谢谢", "bu deng le", "cancel", "ok. i leave the queue",
     "I said STOP WAITING", "不等了，继续问助手", "Stop waiting, ask the assistant"],
)  # fmt: skip
def test_who_waits_can_go_back_to_the_assistant_by_words(
    widget: Widget, api: Callable[..., httpx.Response], rasa: FakeRasa, words: str
) -> None:
    api("/handoff", ASKED)
    assert widget.send(words).json()["owner"] == "bot"
    assert widget.send("你好").json()["messages"][-1]["text"] == "echo 你好"


@pytest.mark.parametrize("words", ["我不等钱用", "取消订单怎么弄", "no", "cancel my card"])
def test_other_words_keep_the_place(
    widget: Widget, api: Callable[..., httpx.Response], rasa: FakeRasa, words: str
) -> None:
    api("/handoff", ASKED)
    assert widget.send(words).json()["owner"] == "queued"


def test_who_despairs_does_not_lose_the_place_by_giving_up(
    widget: Widget, api: Callable[..., httpx.Response], rasa: FakeRasa
) -> None:
    api("/handoff", {**ASKED, "reason": "distress"})
    assert widget.send("算了").json()["owner"] == "queued"
    assert widget.send("不等了，继续问助手").json()["owner"] == "bot"


def test_the_assistant_can_ask_for_the_place(widget: Widget, api: Callable[..., httpx.Response]) -> None:
    assert api("/handoff", method="GET").json()["text"] == "智能助手正在为您服务。"
    api("/handoff", ASKED)
    told = api("/handoff", method="GET").json()
    assert (told["owner"], told["position"]) == ("queued", 1)
    assert "第 1 位" in told["text"]
    assert "情况紧急的客户会先接待" in told["text"]
    assert widget.get().json()["owner"] == "queued"


def test_cancelling_by_the_assistant(widget: Widget, api: Callable[..., httpx.Response]) -> None:
    api("/handoff", ASKED)
    assert api("/handoff/cancel").json()["owner"] == "bot"
    assert api("/handoff/cancel").json()["text"] == "智能助手正在为您服务。"
    assert widget.get().json()["owner"] == "bot"


def test_the_assistant_is_silent_while_a_person_is_there(
    widget: Widget, rasa: FakeRasa, database: Database, clock: FixedClock, agent: Actor
) -> None:
    number = claim(database, clock, widget, agent)
    answer = widget.send("在吗").json()
    assert (answer["owner"], answer["name"], len(answer["messages"])) == ("agent", "小王", 1)
    with database.transaction() as session:
        service.reply_as_agent(session, clock=clock, actor=agent, conversation_id=number, text="您好，我是小王")
    assert widget.transcript()[-1]["name"] == "小王"
    assert rasa.seen == []


@pytest.mark.parametrize("patience", [(0.5, 20.0)])
def test_an_answer_that_comes_after_the_claim_is_dropped(
    widget: Widget, rasa: FakeRasa, database: Database, clock: FixedClock, agent: Actor
) -> None:
    rasa.gate.clear()
    widget.send("转账没到账")
    number = claim(database, clock, widget, agent)
    rasa.gate.set()
    wait_until(lambda: lease_is_free(database, number))
    assert not any(text.startswith("echo") for text in widget.texts())
    assert widget.transcript()[-1]["kind"] == "agent_claimed"


def test_of_two_agents_who_claim_at_once_one_gets_it(widget: Widget, database: Database, clock: FixedClock) -> None:
    number = conversation_id(database, widget)
    with database.transaction() as session:
        agents = [Actor(kind="staff", id=factories.staff(session).id, role="agent") for _ in range(8)]
    start = threading.Barrier(8)

    def attempt(agent: Actor) -> str:
        start.wait()
        try:
            with database.transaction() as session:
                service.claim_by_agent(session, clock=clock, actor=agent, conversation_id=number)
            return "claimed"
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, agents))
    assert sorted(outcomes) == ["claimed"] + ["conversation_not_yours"] * 7


def test_handing_back_lets_the_assistant_answer_again(
    widget: Widget, rasa: FakeRasa, database: Database, clock: FixedClock, agent: Actor
) -> None:
    number = claim(database, clock, widget, agent)
    stranger = Actor(kind="staff", id=(agent.id or 0) + 999, role="agent")
    with database.transaction() as session, pytest.raises(DomainError, match="conversation_not_yours"):
        service.hand_back(session, clock=clock, actor=stranger, conversation_id=number)
    with database.transaction() as session:
        service.hand_back(session, clock=clock, actor=agent, conversation_id=number)
    assert widget.send("你好").json()["messages"][-1]["text"] == "echo 你好"


def test_nothing_can_be_said_in_a_closed_conversation(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor
) -> None:
    number = claim(database, clock, widget, agent)
    with database.transaction() as session:
        service.close(session, clock=clock, actor=agent, conversation_id=number)
    answer = widget.send("在吗")
    assert (answer.status_code, answer.json()["code"]) == (409, "conversation_closed")
    with database.transaction() as session, pytest.raises(DomainError, match="conversation_closed"):
        service.claim_by_agent(session, clock=clock, actor=agent, conversation_id=number)


def test_an_agent_cannot_speak_without_claiming(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor
) -> None:
    number = conversation_id(database, widget)
    with database.transaction() as session, pytest.raises(DomainError, match="conversation_not_claimed"):
        service.reply_as_agent(session, clock=clock, actor=agent, conversation_id=number, text="您好")


def lease_is_free(database: Database, number: int) -> bool:
    with database.reading() as session:
        return session.get_one(Conversation, number).turn_lease is None


def wait_until(seen: Callable[[], bool]) -> None:
    for _ in range(400):
        if seen():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen")


def types(database: Database, clock: FixedClock, conversation: int) -> bool:
    with database.reading() as session:
        return inbox.customer_types(session, clock=clock, conversation_id=conversation)


def test_that_a_customer_types_is_known_only_while_a_person_has_them_and_for_some_seconds(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor
) -> None:
    conversation = conversation_id(database, widget)
    assert widget.post("/typing", {}).status_code == 204
    assert not types(database, clock, conversation)
    claim(database, clock, widget, agent)
    assert not types(database, clock, conversation)
    assert widget.post("/typing", {}).status_code == 204
    assert types(database, clock, conversation)
    clock.advance(seconds=9)
    assert not types(database, clock, conversation)


def test_who_has_sent_what_they_typed_types_no_more(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor
) -> None:
    conversation = claim(database, clock, widget, agent)
    widget.post("/typing", {})
    assert types(database, clock, conversation)
    assert widget.send("查得怎么样了").status_code in {200, 201}
    assert not types(database, clock, conversation)


def test_nobody_types_for_another_customer(
    widget: Widget, new_widget: Callable[[], Widget], database: Database, clock: FixedClock, agent: Actor
) -> None:
    conversation = claim(database, clock, widget, agent)
    stranger = new_widget()
    stranger.open()
    answer = stranger.http.post(f"{widget.path}/typing", headers=stranger.headers)
    assert answer.status_code in {401, 403, 404}
    assert not types(database, clock, conversation)
