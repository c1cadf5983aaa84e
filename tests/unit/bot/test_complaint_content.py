"""Nothing a customer tells a complaint form is lost, and nothing lands where it does not belong."""

from __future__ import annotations

import pytest

from actions import complaint_form as machine
from actions.complaint_state import Form
from tests.unit.bot.test_complaint_form import at, full, said

STORY = "转账没有到账"


def summary(**values: object) -> Form:
    known = full()
    return Form("n", step="summary", values={**known.values, **values}, skipped=("amount",))


@pytest.mark.parametrize(
    ("step", "text", "told"),
    [
        ("amount", "一万五 你们客户经理骗我提前还款说没违约金", "你们客户经理骗我提前还款说没违约金"),
        ("order_number", "T20261122008，而且客服还让我自己去找商家", "而且客服还让我自己去找商家"),
        ("amount", "20 yuan. your manager told me there was no such fee", "your manager told me there was no such fee"),
        ("category", "no its a product issue. they rejected with no reason and hit my credit score",
         "they rejected with no reason and hit my credit score"),
    ],
)  # fmt: skip
def test_what_is_told_along_with_an_answer_is_kept(step: str, text: str, told: str) -> None:
    form = at(step, category=None) if step == "category" else at(step, product="x")
    after = machine.step(form, said(text, "open_complaint")).form
    assert after.values["description"] == f"{STORY}\n{told}"
    assert after.step != step


@pytest.mark.parametrize(
    "text", ["大概三百块吧", "好像是三百多块钱的样子", "我记得是 三百块", "300, i think", "it was 300 yuan"]
)
def test_an_answer_in_many_words_is_no_story(text: str) -> None:
    assert machine.step(at("amount", product="x"), said(text)).form.values["description"] == STORY


def test_a_place_told_with_an_amount_at_the_summary_is_written_down() -> None:
    after = machine.step(summary(amount=None), said("一笔是198 在肯德基", confidence=0.4)).form
    assert (after.values["amount"], after.values["description"]) == ("198.00", f"{STORY}\n一笔是198 在肯德基")


@pytest.mark.parametrize(
    ("text", "written"),
    [("地点没写上啊 是肯德基 望京那家", "地点 是肯德基 望京那家"), ("put that the app crashed three times too", "the app crashed three times too")],
)  # fmt: skip
def test_what_is_missing_at_the_summary_is_written_without_the_instruction(text: str, written: str) -> None:
    outcome = machine.step(summary(), said(text, "out_of_scope"))
    assert outcome.form.values["description"].endswith(written)
    assert "没写" not in outcome.form.values["description"]
    assert "put that" not in outcome.form.values["description"]
    assert outcome.form.step == "summary"


@pytest.mark.parametrize(
    "text",
    ["有个事想说说", "我要反映个事", "不可能啊 我明明投诉过", "I have something to say", "I am very much disappointed… Kindly do the needful"],
)  # fmt: skip
def test_words_without_substance_are_no_story(text: str) -> None:
    begun = machine.begin("n", said(text, "open_complaint"), 1)
    assert (begun.form.step, begun.form.values, begun.notes) == ("description", {}, ())
    assert machine.step(begun.form, said(text, "inform", 0.3)).notes == ("listening",)


def test_a_late_refund_is_no_wish() -> None:
    assert "wish" not in machine.begin("n", said("my refund is late", "open_complaint"), 1).form.values


@pytest.mark.parametrize(
    ("text", "wish"),
    [("打电话 还有，你们得给我利息", "退款；给我利息"), ("打电话", "退款")],
)
def test_a_demand_made_with_the_contact_joins_the_wish(text: str, wish: str) -> None:
    form = machine.step(at("contact_channel", wish="退款"), said(text)).form
    assert (form.values["wish"], form.values["contact_channel"]) == (wish, "phone")


@pytest.mark.parametrize("text", ["结果亏了一万二！", "后来钱也没到", "after that they froze my card"])
def test_who_goes_on_telling_when_asked_for_a_wish_is_asked_again(text: str) -> None:
    outcome = machine.step(at("wish", category="system_failure"), said(text, "open_complaint", 0.5))
    assert (outcome.form.step, outcome.form.values.get("wish")) == ("wish", None)
    assert outcome.form.values["description"] == f"{STORY}\n{text}"
    assert outcome.form.values.get("amount") == ("12000.00" if "一万二" in text else None)


@pytest.mark.parametrize(
    ("text", "wish", "channel"),
    [
        ("把49退我 在这里回复", "把49退我", "chat"),
        ("赶紧到账 打我电话", "赶紧到账", "phone"),
        ("give me back my 49 and reply here", "give me back my 49", "chat"),
    ],
)
def test_a_wish_does_without_the_words_about_contact(text: str, wish: str, channel: str) -> None:
    form = machine.step(at("wish", product="x", amount="1", order_number="1"), said(text)).form
    assert (form.values["wish"], form.values["contact_channel"]) == (wish, channel)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("提现2000没到账 单号CZ88776655 在这里回复我就行 要求马上到账",
         {"order_number": "CZ88776655", "wish": "马上到账", "contact_channel": "chat"}),
        ("他们老给我公司打电话 我要求停止打电话 打我13900001111",
         {"wish": "停止打电话", "contact_channel": "phone", "contact": "13900001111"}),
    ],
)  # fmt: skip
def test_one_line_fills_the_wish_and_the_contact(text: str, filled: dict[str, str]) -> None:
    form = machine.begin("n", said(text, "open_complaint"), 1).form
    assert {slot: form.values.get(slot) for slot in filled} == filled


def test_to_stop_the_calls_asks_for_no_call() -> None:
    form = machine.begin("n", said("催收天天给我单位打电话，要求停止打电话到公司", "open_complaint"), 1).form
    assert form.values.get("contact_channel") is None


@pytest.mark.parametrize(("text", "wish"), [("修好啊还能怎么解决", "修好"), ("refund me, what else", "refund me,")])
def test_a_rhetorical_question_is_a_wish(text: str, wish: str) -> None:
    form = machine.step(at("wish", product="x", amount="1", order_number="1"), said(text, "ask_question")).form
    assert form.values["wish"].rstrip(",") == wish.rstrip(",")


@pytest.mark.parametrize("text", ["没有啊 我不知道在哪看", "none, i don't know where to look"])
def test_not_knowing_where_to_look_skips_the_order_number(text: str) -> None:
    outcome = machine.step(at("order_number", product="x", amount="1"), said(text, "ask_question", 0.6))
    assert (outcome.form.step, outcome.form.skipped) == ("wish", ("order_number",))


@pytest.mark.parametrize("text", ["微信行不行", "can you whatsapp me", "发短信可以吗"])
def test_a_way_we_do_not_have_is_answered_with_those_we_have(text: str) -> None:
    form = at("contact_channel", wish="x")
    assert machine.step(form, said(text, "out_of_scope")) == machine.Outcome(form, notes=("ways",))


@pytest.mark.parametrize("text", ["phone. 9845012345", "call me on 020 7946 0958"])
def test_a_number_of_any_country_is_one_when_a_phone_is_spoken_of(text: str) -> None:
    form = machine.step(at("contact_channel", category="system_failure", wish="x"), said(text)).form
    assert (form.step, form.values["contact"]) == ("consent", "".join(c for c in text if c.isdigit()))


@pytest.mark.parametrize("text", ["几天有结果", "什么时候回复我", "when u reply me", "how long until I get an answer?"])
def test_when_there_will_be_an_answer_is_told(text: str) -> None:
    assert machine.step(at("order_number"), said(text, "bot_challenge")).do == "when"


@pytest.mark.parametrize(
    "text", ["等了好几天都没回复", "几天了没人联系我", "the agent said he would call me when it is resolved"]
)
def test_waiting_told_is_no_question_about_it(text: str) -> None:
    assert machine.step(at("order_number"), said(text, "open_complaint")).do == "ask"


@pytest.mark.parametrize("text", ["唉", "😡", "唉……", "ugh"])
def test_a_sigh_is_no_failure(text: str) -> None:
    form = at("amount", product="x")
    assert machine.step(form, said(text, "out_of_scope")) == machine.Outcome(form, notes=("patient",))


@pytest.mark.parametrize("text", ["。。。", "……", "阿巴阿巴"])
def test_noise_is_no_sigh(text: str) -> None:
    assert machine.step(at("amount", product="x"), said(text, "nlu_fallback", 0.2)).form.failures == 1
