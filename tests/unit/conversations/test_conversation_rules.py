"""Ownership, cleaning, languages, service hours."""

from __future__ import annotations

import itertools
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.conversations import rules
from ticketing.conversations.rules import ServiceHours


def test_a_conversation_moves_only_as_the_table_says() -> None:
    allowed = {pair for pair in itertools.product(rules.TRANSITIONS, repeat=2) if rules.may_become(*pair)}
    assert allowed == {
        ("bot", "queued"), ("bot", "agent"), ("bot", "closed"),
        ("queued", "bot"), ("queued", "agent"), ("queued", "closed"),
        ("agent", "bot"), ("agent", "queued"), ("agent", "closed"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  你好\t世界 \x00\x07", "你好 世界"),
        ("a\u202eb\u2066c\u2069\u200bd\ufeff", "abcd"),
        ("1\u200d3\u200c8", "138"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\ud800b", "ab"),
        ("a\r\n\r\n\r\n\r\nb\u2028c", "a\n\nb\nc"),
        ("e\u0301", "é"),
        ("flag\U000e0067\U000e0062", "flag"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(raw: str, clean: str) -> None:
    assert rules.clean_text(raw) == clean


@given(st.text(alphabet=st.characters(), max_size=80))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    once = rules.clean_text(raw)
    assert rules.clean_text(once) == once
    once.encode()
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(st.sampled_from("/／⁄ \n\u200b\u200d\u3000\u2800\x00\ufeffab"), max_size=12))
def test_no_text_begins_with_a_command(raw: str) -> None:
    said = rules.without_command(rules.clean_text(raw))
    assert not unicodedata.normalize("NFKC", said).strip().startswith("/")


@pytest.mark.parametrize("text", ["", " ", "\u2800", "\u3164", "\u200b", "\n\u3000"])
def test_an_invisible_text_is_empty(text: str) -> None:
    assert not rules.is_visible(rules.clean_text(text))


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_becomes_storable(value: object) -> None:
    text = repr(rules.storable(value)).encode("utf-8", "surrogateescape")
    assert b"\x00" not in text


@pytest.mark.parametrize(
    "text",
    [
        "算了",
        "不等了。",
        "取消排队",
        "那算了吧",
        "好吧不等了",
        "算了不找人工了",
        "算了我自己来",
        "我不等了，你回来吧",
        "Cancel!",
        "never mind",
        "forget it, I'll ask the bot",
        "no need for a person any more",
        "I don't need the agent anymore",
        "i didnt ask for queue. stop waiting",
        "queue cancel please",
        "Stop waiting, I come back later",
        "can i leave the queue?",
        "算了，我不等了，先忙去了",
        "前面还有9个？那算了，取消排队",
        "我说取消排队，不等了",
        "排太久了 我不排了",
        "never mind the queue, cancel it. I'll ask you instead: what if my unlink button is grey?",
    ],
)
def test_giving_up_waiting_is_understood(text: str) -> None:
    assert rules.wants_assistant_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "取消我的订单",
        "算了一下少了三百",
        "我自己转的钱",
        "cancel my transfer",
        "I need the agent",
        "不取消排队",
        "他说不等了就挂了",
        "怎么取消排队",
        "等了半天都没人理我",
        "don't cancel the queue",
        "how do i stop waiting",
        "I can't stop waiting for this money",
    ],
)
def test_other_wishes_are_not_taken_for_giving_up(text: str) -> None:
    assert not rules.wants_assistant_back(text)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("never mind the queue, cancel it. I'll ask you instead: what if my unlink button is grey?", True),
        ("不等了，提现一般多久到账", True),
        ("我不等了，直接去银保监投诉你们", True),
        ("前面还有9个？那算了，取消排队", False),
        ("算了，我不等了，先忙去了", False),
        ("Stop waiting, I come back later", False),
        ("不等了，谢谢", False),
    ],
)
def test_what_is_said_after_leaving_is_told_from_a_goodbye(text: str, more: bool) -> None:
    assert rules.goes_on_without_queue(text) is more


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("留言吧", ""),
        ("我能留个言吗", ""),
        ("can i leave a message?", ""),
        ("ok, leave a message", ""),
        ("那我留言：我姓林，10月失业了，请打我电话", "我姓林，10月失业了，请打我电话"),
        ("留言吧，我的提现三天没到", "我的提现三天没到"),
        (
            "ok I leave message. My name Lim, I lost job in Oct, loan due 5 Dec",
            "My name Lim, I lost job in Oct, loan due 5 Dec",
        ),
        ("I'll leave a message: my card is blocked", "my card is blocked"),
        ("留言的话多久回我啊", None),
        ("what message?", None),
        ("我留言了吗", None),
        ("they leave no message", None),
    ],
)
def test_a_message_left_is_told_from_the_wish_to_leave_one(text: str, message: str | None) -> None:
    assert rules.message_left(text) == message


@pytest.mark.parametrize(
    ("text", "current", "first", "after"),
    [
        ("where is my money", "zh", False, "en"),
        ("ok", "zh", False, "zh"),
        ("refund", "zh", False, "zh"),
        ("refund", "zh", True, "en"),
        ("我要投诉", "en", False, "zh"),
        ("好的", "en", False, "en"),
        ("你好", "en", True, "zh"),
        ("12345", "en", True, "en"),
        ("我的 app 打不开了", "en", False, "zh"),
        ("a***@qq.com", "zh", False, "zh"),
        ("发我邮箱 have.a.look@example.com", "zh", True, "zh"),
    ],
)
def test_the_language_follows_what_is_clearly_written(text: str, current: str, first: bool, after: str) -> None:
    assert rules.language_after(text, current=current, locked=False, first=first) == after
    assert rules.language_after(text, current=current, locked=True, first=first) == current


def shanghai(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, (hour - 8) % 24, minute, tzinfo=UTC)


def test_people_answer_from_opening_until_just_before_closing() -> None:
    hours = ServiceHours.parse("09:00-21:00", "Asia/Shanghai")
    assert hours.open_at(shanghai(9))
    assert not hours.open_at(shanghai(21))
    assert hours.opens_after(shanghai(12)) is None
    assert hours.opens_after(datetime(2026, 11, 23, 13, 0, tzinfo=UTC)) == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_hours_may_run_over_midnight_or_never_end() -> None:
    night = ServiceHours.parse("20:00-04:00", "Asia/Shanghai")
    assert night.open_at(shanghai(23))
    assert night.open_at(shanghai(3))
    assert not night.open_at(shanghai(12))
    assert ServiceHours.parse("00:00-00:00", "Asia/Shanghai").open_at(shanghai(3))
