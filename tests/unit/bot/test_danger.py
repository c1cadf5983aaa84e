"""What someone in danger is told by what they ask and by what they have done, and when the alarm is lifted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actions import danger, handover, suspicion, urgent, waiting
from actions.turn import Turn
from actions.wording import text as wording


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("theres nobody to call. its 1am", "alone"), ("没人可以说", "alone"), ("can they really take my mums flat", "law"), ("还不上会坐牢吗", "law"),
        ("会不会抓我", "law"), ("will i go to jail", "law"), ("跟你个机器说有啥用", "machine"), ("那我那个借款能停下来不还几个月吗", "plan"), ("can i pay less for a while", "plan"),
        ("我在天台上", "edge"), ("打了12356 没人接", "no_answer"), ("能停催收吗", "collectors"), ("can you stop the collectors calling my office", "collectors"),
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
        ("可是他知道我身份证号啊，说不关会影响征信，我屏幕已经共享了", "screen"), ("我手机上现在还开着那个会议 我该怎么弄", "screen"), ("软件退不出来", "screen"),
        ("他已经让我下了个会议软件 正在看我屏幕呢 怎么办", "screen"), ("他现在在催我输密码，我怎么把共享关了", "screen"),
        ("he sees my screen", "screen"), ("the app is still open", "screen"), ("the meeting wont close", "screen"),
        ("他让我把钱转到一个对公账户验证 我刚转了8000", "sent"), ("钱已经转过去了", "sent"), ("我刚付了", "sent"), ("I just paid", "sent"), ("我把钱转到安全账户了", "sent"), ("i already sent it", "sent"),
        ("I did not send any money. he took it with the OTP. transaction at 18:40, 40,000 to one Wang something. please block it", "sent"),
        ("好的我去报警了，那8000你们会不会赔", "pays"), ("你能不能回答我啊，平台赔不赔", "pays"), ("will you refund me", "pays"),
        ("Sir please tell is money safe, I have 40,000 in balance", "safe"), ("我余额里的钱还安全吗", "safe"), ("银行卡里的钱会不会也被转走", "safe"), ("他说要交解冻费", "pay"),
        ("那你们平台能不能把他账户冻结了", "freeze"), ("我都说报过警了，我问能不能冻他的账户", "freeze"), ("can you freeze his account", "freeze"),
        ("能给我对方的信息吗", "freeze"), ("give me his name and address", "freeze"),
        ("what should i prepare for when they answer?", "prepare"), ("我要准备什么材料", "prepare"),
        ("他知道我的身份证号", "knows"), ("he knows my ID number", "knows"), ("我身份证被偷了", "identity"), ("my id card was stolen", "identity"),
        ("should i pay him", "pay"), ("他让我再转五千", "pay"),
        ("报过警了", "reported"), ("reported it last Tuesday", "reported"),
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


@pytest.mark.parametrize(
    "text", ["我没转钱", "还没付", "i have not paid", "我没共享屏幕", "i didn't share my screen", "屏幕共享我关了"]
)
def test_who_sent_and_shared_nothing_is_not_told_what_to_do_after_it(text: str) -> None:
    assert danger.specific(danger.FRAUD, text, []) not in ("danger.fraud.sent", "danger.fraud.screen")


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("我已经锁定了", "locked"), ("锁好了", "locked"), ("i locked it", "locked"), ("I pressed the emergency lock", "locked"),
        ("报过警了", "reported"), ("我去报警了", "reported"), ("打了110", "reported"), ("reported it last Tuesday", "reported"),
        ("i already called the police", "reported"), ("they gave me a case number", "reported"), ("我挂断了", "left"), ("会议关了", "left"), ("i hung up", "left"), ("警察让我联系你们", "reported"), ("i've blocked his number", "left"),
    ],
)  # fmt: skip
def test_what_was_done_is_heard(text: str, deed: str) -> None:
    assert deed in suspicion.deeds(text)


@pytest.mark.parametrize(
    "text",
    [
        "他说挂了就扣钱", "要不要报警", "还没报警", "should i call the police", "i have not reported it", "你们能锁定他的账户吗", "he hung up", "怎么锁定",
        "can i lock it", "还没锁", "he added me last week",
    ],
)  # fmt: skip
def test_what_is_only_asked_or_was_not_done_is_no_deed(text: str) -> None:
    assert suspicion.deeds(text) == set()


@pytest.mark.parametrize(
    "text",
    ["上周被骗了一万二，还能追回来吗", "it was last tuesday, i reported it", "i was scammed last week, 12,000 is gone"],
)
def test_a_fraud_of_last_week_is_over(text: str) -> None:
    assert "past" in suspicion.deeds(text)


@pytest.mark.parametrize(
    "text",
    ["他上周加的我，现在让我共享屏幕", "上周被骗了，他现在又打来", "i was scammed last week and he is calling me now"],
)
def test_a_fraud_still_going_on_is_not(text: str) -> None:
    assert "past" not in suspicion.deeds(text)


CARE = {language: wording(language, "danger.distress.care") for language in ("zh", "en")}
COLLECTION = {
    "key": "overdue-collection-rules",
    "version": 1,
    "question": "催收有什么规定？",
    "answer": "每天不超过 3 次。",
}
OWN_ACCOUNT = {"key": "account-restricted", "version": 1, "question": "账户为什么被冻结？", "answer": "点“申诉”。"}


class Backend:
    """Finds one article, keeps a place in the queue."""

    def __init__(self, article: dict[str, Any] | None, verdict: str) -> None:
        self._found = {"verdict": verdict, "results": [article], "answer_id": "a1"} if article else {}

    def search(self, _text: str, _topic: str | None) -> dict[str, Any]:
        return self._found

    def queue(self) -> dict[str, Any]:
        return {"text": "QUEUE"}

    def hand_over(self, *_: object) -> dict[str, Any]:
        return self.queue()


def told(
    monkeypatch: pytest.MonkeyPatch, threatened: str, *lines: str, article: dict[str, Any] | None = None, verdict: str = "answer"
) -> list[str]:  # fmt: skip
    """What is said to each of the lines of someone who waits in danger."""
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Backend(article, verdict)))
    replies, memory = [], {}
    for count, line in enumerate(lines):
        language = "en" if line.isascii() else "zh"
        turn = Turn("c", line, "inform", 0.4, language, waiting=threatened, memory=memory | {"turns": count})
        waiting.accompany(turn)
        suspicion.keep(turn)
        memory = turn.memory
        replies.append("\n".join(reply["text"] for reply in turn.replies))
    return replies


def test_what_was_done_is_not_advised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, danger.FRAUD, "我锁定了，也报警了，电话挂断了", "嗯", "好", "啊", "哦", "然后呢", "唉")
    assert not [reply for reply in said if re.search("紧急锁定|先挂断|(?<!96)110", reply)]
    assert all(said)
    said = told(
        monkeypatch,
        danger.FRAUD,
        "i locked it, called the police and hung up",
        "ok",
        "hm",
        "well",
        "i see",
        "now what",
        "oh",
    )
    assert not [reply for reply in said if re.search("Emergency lock|hang up|(?<!96)110", reply)]
    assert all(said)


def test_who_has_done_it_all_is_told_so() -> None:
    turn = Turn("c", "嗯", "inform", 0.4, "zh", memory={"deeds": ["left", "locked", "past", "reported"]})
    assert danger.words(turn, "danger.fraud.standing") == wording("zh", "danger.fraud.settled")


def test_who_was_defrauded_last_week_and_reported_it_is_not_told_to_do_either(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Turn("c", "我上周被骗了一万二，报过警了，还能追回来吗", "report_fraud", 0.9, "zh")
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Backend(None, "decline")))
    handover.at_once(first, "fraud")
    said = "\n".join(reply["text"] for reply in first.replies)
    assert wording("zh", "danger.fraud.back").split("。")[1] in said
    assert "停止转账" not in said
    assert "110" not in said


def test_who_has_just_paid_is_not_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(
        monkeypatch,
        danger.FRAUD,
        "他让我把钱转到一个对公账户验证 我刚转了8000",
        "我真的刚转了8000啊",
        "I just paid him",
    )
    assert "等待到账" in said[0]
    assert not [reply for reply in said if "先别转" in reply or "don't send anything" in reply]


def test_to_freeze_another_account_is_not_answered_with_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, danger.FRAUD, "能不能冻他的账户", article=OWN_ACCOUNT)
    assert said == [wording("zh", "danger.fraud.freeze")]
    known = OWN_ACCOUNT | {"key": "security-freeze-scammer", "answer": "凭公安文书。"}
    assert told(monkeypatch, danger.FRAUD, "能不能冻他的账户", article=known) == ["凭公安文书。"]


@pytest.mark.parametrize("threatened", [danger.FRAUD, danger.DISTRESS])
@pytest.mark.parametrize("line", ["nobody is coming?? its already 10 minutes", "怎么还没人来，都十分钟了"])
def test_who_waits_in_danger_hears_where_they_stand_and_whom_to_ring(
    monkeypatch: pytest.MonkeyPatch, threatened: str, line: str
) -> None:
    (said,) = told(monkeypatch, threatened, line, article=OWN_ACCOUNT)
    assert "QUEUE" in said
    assert "110" in said
    assert OWN_ACCOUNT["answer"] not in said


def test_the_scheme_is_named_before_the_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = told(monkeypatch, danger.FRAUD, "可是他知道我身份证号啊，说不关会影响征信，我屏幕已经共享了")
    assert said == wording("zh", "danger.scheme.insurance") + "\n" + wording("zh", "danger.fraud.screen")


@pytest.mark.parametrize("verdict", ["answer", "ask"])
@pytest.mark.parametrize(
    "line", ["我好多了，你就告诉我催收多久停", "i feel better now. when do the collectors stop calling?"]
)
def test_who_is_better_gets_a_word_of_care_and_the_answer(
    monkeypatch: pytest.MonkeyPatch, line: str, verdict: str
) -> None:
    answer = (
        wording("en" if line.isascii() else "zh", "danger.distress.collectors")
        if verdict == "ask"
        else COLLECTION["answer"]
    )
    (said,) = told(monkeypatch, danger.DISTRESS, line, article=COLLECTION, verdict=verdict)
    assert said.startswith(CARE["en" if line.isascii() else "zh"])
    assert said.endswith(answer)
    assert "12356" not in said


def test_business_after_despair_gets_no_help_line_and_care_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(monkeypatch, danger.DISTRESS, "嗯", "我的账单在哪里看？", "那信用卡呢，怎么查？", verdict="decline")
    assert "12356" in said[0]
    assert CARE["zh"] in said[1]
    assert CARE["zh"] not in said[2]
    assert "12356" not in said[1] + said[2]


@pytest.mark.parametrize(
    "line", ["我撑不住了，贷款怎么停？", "i want to die, how do i stop the loan?", "我好多了才怪，不想活了"]
)
def test_renewed_despair_is_heard_whatever_is_asked_with_it(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    said = told(monkeypatch, danger.DISTRESS, line, article=COLLECTION)
    assert "12356" in said[0] or "120" in said[0]
    assert COLLECTION["answer"] not in said[0]


def test_who_says_they_are_better_is_believed_but_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = told(monkeypatch, danger.DISTRESS, "我好多了")
    assert said == wording("zh", "danger.distress.better")
    assert not danger.is_better("i'd be better off dead")
    assert urgent.speaks_of_despair("我撑不住了")


@pytest.mark.parametrize(
    "line",
    [
        "my family will be better without me and my loans",
        "欠成这样，谁都别管我了",
        "can't sleep, the loans have ruined my life",
    ],
)
def test_a_plaint_about_debts_is_neither_business_nor_relief(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (said,) = told(monkeypatch, danger.DISTRESS, line, article=COLLECTION)
    assert "12356" in said
    assert wording("zh", "danger.distress.better") not in said


@pytest.mark.parametrize(
    "text",
    [
        "快递理赔的骗子拿走了我的验证码",
        "got call that refund is coming, gave card number",
        "they told me to move my money to a safe account",
    ],
)
def test_what_the_deceiver_spoke_of_is_not_asked_of_us(text: str) -> None:
    assert danger.specific(danger.FRAUD, text, [], first=True) not in ("danger.fraud.pays", "danger.fraud.safe")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["hostage", "online", "threat"])
def test_who_has_the_deceiver_on_the_line_again_is_told_all_of_it(name: str, language: str) -> None:
    turn = Turn("c", "x", "inform", 0.4, language, memory={"deeds": ["left", "locked", "past", "reported"]})
    assert danger.words(turn, f"danger.fraud.{name}") == wording(language, f"danger.fraud.{name}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_to_prepare_names_the_receipt_to_who_has_reported_it(language: str) -> None:
    turn = Turn("c", "x", "inform", 0.4, language, memory={"deeds": ["reported"]})
    assert danger.words(turn, "danger.fraud.prepare") == wording(language, "danger.fraud.prepare")


@pytest.mark.parametrize(
    ("threatened", "line"),
    [(danger.FRAUD, "我问能不能冻他的账户？"), (danger.FRAUD, "can you freeze his account?"), (danger.FRAUD, "我都说报过警了，我问能不能冻他的账户"), (danger.DISTRESS, "催收能不能停？"), (danger.DISTRESS, "can you stop the collectors?")],
)  # fmt: skip
def test_who_asks_the_same_again_is_told_that_it_was_read(
    monkeypatch: pytest.MonkeyPatch, threatened: str, line: str
) -> None:
    said = told(monkeypatch, threatened, line, line)
    assert said[1] == wording("en" if line.isascii() else "zh", f"danger.{threatened}.again")


def test_whether_it_is_refunded_is_answered_each_time_and_by_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    stolen = {
        "key": "security-stolen-funds",
        "version": 1,
        "question": "账户被盗刷了怎么办？",
        "answer": "先行全额赔付。",
    }
    lines = ("那8000你们会不会赔", "你能不能回答我啊，平台赔不赔，是不是不赔", "到底会不会赔")
    said = told(monkeypatch, danger.FRAUD, *lines, article=stolen)
    assert said == [wording("zh", f"danger.fraud.{name}") for name in ("pays", "back", "pays")]


@pytest.mark.parametrize("line", ["现在又有人让我共享屏幕", "now a man wants me to move it to a safe account"])
def test_what_was_done_about_an_earlier_fraud_is_not_done_about_the_next(
    monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Backend(None, "decline")))
    language = "en" if line.isascii() else "zh"
    turn = Turn("c", line, "report_fraud", 0.9, language, memory={"deeds": ["locked", "past", "reported"]})
    suspicion.keep(turn)
    handover.at_once(turn, "fraud")
    assert wording(language, "handover.fraud") in turn.replies[0]["text"]


def test_a_week_passed_is_not_forgotten_over_a_word() -> None:
    turn = Turn("c", "现在怎么办", "inform", 0.4, "zh", waiting="fraud", memory={"deeds": ["past", "reported"]})
    suspicion.keep(turn)
    assert turn.memory["deeds"] == ["past", "reported"]
