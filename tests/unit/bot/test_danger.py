"""What someone in danger is told by what they ask, and when the alarm is lifted."""

from __future__ import annotations

import pytest

from actions import danger


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("theres nobody to call. its 1am", "alone"), ("没人可以说", "alone"), ("can they really take my mums flat", "law"), ("还不上会坐牢吗", "law"),
        ("会不会抓我", "law"), ("will i go to jail", "law"), ("跟你个机器说有啥用", "machine"), ("那我那个借款能停下来不还几个月吗", "plan"), ("can i pay less for a while", "plan"),
        ("我在天台上", "edge"), ("打了12356 没人接", "no_answer"),
    ],
)  # fmt: skip
def test_despair_is_answered_by_what_it_asks(text: str, key: str) -> None:
    assert danger.specific(danger.DISTRESS, text, []) == f"danger.distress.{key}"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("我不敢挂 他说挂了就扣钱还上征信", "threat"), ("我挂了 软件要不要删", "remove"), ("那我现在咋办 他还在线上呢", "online"),
        ("你们转账能不能帮我加急一下 我限额不够", "limit"), ("可是群里别人都提到钱了啊", "bait"),
        ("he says if i hang up i will be arrested", "threat"), ("should i delete the app", "remove"), ("hes still on the line", "online"),
        ("just tell me how to lift the limit", "limit"), ("but i withdrew profit before", "bait"), ("are u saying its a scam?", "real"),
    ],
)  # fmt: skip
def test_who_is_being_deceived_is_told_the_next_step(text: str, key: str) -> None:
    assert danger.specific(danger.FRAUD, text, []) == f"danger.fraud.{key}"


@pytest.mark.parametrize("threatened", [danger.FRAUD, danger.DISTRESS])
def test_nothing_is_said_again_within_four_replies(threatened: str) -> None:
    said: list[str] = []
    for _ in range(12):
        key = danger.standing(threatened, said)
        assert key not in said[-4:]
        said.append(key)


@pytest.mark.parametrize(
    "text", ["I am quite well thank you, I only want to complain", "i'm fine, really", "我很好，我只是想投诉", "我没事"]
)
def test_who_is_well_lifts_the_alarm(text: str) -> None:
    assert danger.is_lifted(danger.DISTRESS, text)


@pytest.mark.parametrize("text", ["我没事，就是不想活了", "i'm fine, i just want to die", "i am not well", "我不好"])
def test_who_only_says_so_does_not(text: str) -> None:
    assert not danger.is_lifted(danger.DISTRESS, text)


@pytest.mark.parametrize(
    "text", ["骗保会坐牢吗", "还款日怎么改", "我收到房租了，怎么还贷款？", "will the scammer go to prison?"]
)
def test_other_questions_are_not_taken_for_fear_of_the_law(text: str) -> None:
    assert not danger.fears_law(text)


@pytest.mark.parametrize("text", ["没有人骗我", "nobody is scamming me", "我没被骗，能不能先答我的问题？"])
def test_who_is_not_deceived_lifts_the_alarm(text: str) -> None:
    assert danger.is_lifted(danger.FRAUD, text)


@pytest.mark.parametrize(
    "text", ["he says its not a scam", "他说他不是骗子", "are you sure it's not a scam?", "不是骗子吧？"]
)
def test_what_the_deceiver_says_or_a_doubt_does_not(text: str) -> None:
    assert not danger.is_lifted(danger.FRAUD, text)
