"""Corrections of a complaint being told, and taking them back; without Rasa and without words."""

from __future__ import annotations

import pytest

from actions import complaint_form as machine
from actions.complaint_state import QUESTIONS
from actions.complaint_vocabulary import CORRECTION
from tests.unit.bot.test_complaint_form import at, full, pressed, said

STORY = "我用支付宝转账没有到账"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("不对，是300", "300.00"), ("啊打错了，应该是1280块", "1280.00"), ("不是500，是300元", "300.00"), ("是300元，不是500元", "300.00"),
        ("金额改成两千八", "2800.00"), ("sorry, it should be 300 yuan", "300.00"), ("not 500 yuan but 50 yuan", "50.00"),
        ("actually the amount is 99.9 yuan", "99.90"),
    ],
)  # fmt: skip
def test_the_amount_is_corrected_from_every_later_question(text: str, amount: str) -> None:
    for step in QUESTIONS[QUESTIONS.index("order_number") :]:
        form = at(step, amount="500.00", currency="CNY", product="转账", order_number="T123456", wish="退款")
        outcome = machine.step(form, said(text, "correct_answer"))
        assert (outcome.form.values["amount"], outcome.changed, outcome.notes) == (
            amount,
            ("amount",),
            ("corrected",),
        ), step


@pytest.mark.parametrize(
    "text", ["金额改成260，订单号改成A202611010088", "change the amount to 260 and the order number to A202611010088"]
)
def test_two_slots_are_corrected_in_one_sentence(text: str) -> None:
    outcome = machine.step(full(), said(text, "correct_answer"))
    values = outcome.form.values
    assert (values["amount"], values["order_number"]) == ("260.00", "A202611010088")
    assert outcome.changed == ("amount", "order_number")


@pytest.mark.parametrize(
    "text", ["好的，不过是300块", "没问题，金额是300", "yes, but the amount is 300 yuan", "确认，但应该是300元"]
)
def test_a_yes_with_another_amount_submits_nothing(text: str) -> None:
    outcome = machine.step(full(), said(text, "affirm"))
    assert (outcome.do, outcome.form.values["amount"], outcome.form.step) == ("ask", "300.00", "summary")


def test_a_yes_with_a_reservation_asks_what_to_change() -> None:
    outcome = machine.step(full(), said("可以，不过有个地方写得不太准", "affirm"))
    assert (outcome.do, outcome.form.step) == ("ask", "change")


def test_what_it_is_not_tells_which_slot_is_meant() -> None:
    form = at("wish", product="支付宝", amount="1.00", order_number="1")
    outcome = machine.step(form, said("不是支付宝，是微信", "correct_answer"))
    assert (outcome.form.values["product"], outcome.changed) == ("微信", ("product",))


@pytest.mark.parametrize(
    "text",
    ["不是支付宝，是微信", "actually it was last Friday", "不对，是上周五的事", "sorry, it happened on November 3rd"],
)
def test_a_correction_of_the_story_is_written_under_it(text: str) -> None:
    for step in ("category", "amount", "wish", "contact_channel", "consent", "summary"):
        form = at(step, description=STORY)
        outcome = machine.step(form, said(text, "correct_answer"))
        assert outcome.form.values["description"] == f"{STORY}\n{text}", step
        assert outcome.changed == ("description",)


@pytest.mark.parametrize(
    "text",
    [
        "改回去",
        "还是原来的吧",
        "刚才改的不算",
        "撤销刚才的修改",
        "undo that",
        "please change it back",
        "the first one was right",
    ],
)
def test_a_correction_can_be_taken_back_and_that_too(text: str) -> None:
    first = machine.step(full(), said("金额改成300", "correct_answer")).form
    assert first.values["amount"] == "300.00"
    back = machine.step(first, said(text, "correct_answer"))
    assert (back.form.values["amount"], back.form.step, back.notes) == ("500.00", "summary", ("undone",))
    again = machine.step(back.form, said(text, "correct_answer"))
    assert again.form.values["amount"] == "300.00"


def test_a_slot_opened_for_change_is_put_back() -> None:
    asked = machine.step(full(), said("改一下订单号", "correct_answer")).form
    assert asked.step == "order_number"
    back = machine.step(asked, said("还是原来的", "correct_answer")).form
    assert (back.values["order_number"], back.step) == ("T123456", "summary")


def test_after_taking_back_an_older_card_confirms_nothing() -> None:
    card = full()
    changed = machine.step(card, said("金额改成300", "correct_answer")).form
    back = machine.step(changed, said("改回去", "correct_answer")).form
    assert len({card.seal, changed.seal, back.seal}) == 3


def test_with_nothing_to_take_back_the_sentence_is_heard_otherwise() -> None:
    outcome = machine.step(at("wish", product="x", amount="1", order_number="1"), said("改回原来的费率"))
    assert outcome.form.values["wish"] == "改回原来的费率"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("转账500元没到账，属于交易纠纷，请在这里回复", {"amount": "500.00", "category": "transaction_dispute", "contact_channel": "chat"}),
        ("扣了我300元，没有订单号，麻烦打我电话13800001111", {"amount": "300.00", "contact": "13800001111"}),
        ("Order A202611200077 was charged 49 yuan twice, I want a refund, please email me",
         {"order_number": "A202611200077", "amount": "49.00", "contact_channel": "email"}),
    ],
)  # fmt: skip
def test_one_sentence_fills_whatever_it_names(text: str, filled: dict[str, str]) -> None:
    form = machine.begin("n", said(text, "open_complaint"), 1).form
    assert {slot: form.values.get(slot) for slot in filled} == filled


def test_a_lack_named_in_the_story_is_not_asked_for() -> None:
    form = machine.begin("n", said("扣了我300元，没有订单号", "open_complaint"), 1).form
    assert form.skipped == ("order_number",)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("不对，诉求我要赔我本金", "我要赔我本金"),
        ("诉求改成：马上到账", "马上到账"),
        ("诉求没写 我要求停止打电话到公司", "我要求停止打电话到公司"),
        ("what i want is the fee back", "the fee back"),
        ("no, my wish is a full refund", "a full refund"),
    ],
)
def test_a_wish_named_is_set_and_the_summary_shown(text: str, wish: str) -> None:
    for intent in ("correct_answer", "open_complaint", "inform"):
        outcome = machine.step(full(), said(text, intent))
        assert (outcome.form.values["wish"], outcome.form.step) == (wish, "summary"), intent
        assert outcome.form.values["description"] == full().values["description"]
        assert machine.step(outcome.form, said("提交", "affirm")).do == "submit"


@pytest.mark.parametrize("text", ["改一下诉求", "诉求写错了", "诉求不对"])
def test_a_wish_to_be_changed_without_a_new_one_is_asked_for(text: str) -> None:
    assert machine.step(full(), said(text, "correct_answer")).form.step == "wish"


def test_the_type_and_the_whole_story_are_changed_in_one_sentence() -> None:
    text = "type is system failure and what happened should be only: 20 yuan fee"
    for intent in ("correct_answer", "ask_question"):
        values = machine.step(full(), said(text, intent)).form.values
        assert (values["category"], values["description"]) == ("system_failure", "20 yuan fee")


FUND = "上个月买了基金，客服电话里说保本，我有录音"


@pytest.mark.parametrize(
    ("text", "wish", "more"),
    [
        ("诉求改成 赔我亏的6000块，事情经过加上有录音", "赔我亏的6000块", "有录音"),
        (
            "change what you want to: pay back my 6000, and add to what happened: there is a recording",
            "pay back my 6000",
            "there is a recording",
        ),
    ],
)
def test_a_wish_set_anew_and_a_line_for_the_story_lose_nothing(text: str, wish: str, more: str) -> None:
    outcome = machine.step(at("summary", description=FUND, wish="退钱"), said(text, "correct_answer"))
    assert outcome.form.values["wish"] == wish
    assert outcome.form.values["description"] == f"{FUND}\n{more}"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("我刚说了啊，诉求是赔我六千块", "赔我六千块"),
        ("I told you already, what I want is my 6000 back", "my 6000 back"),
    ],
)
def test_who_is_asked_for_the_story_again_and_names_the_wish_keeps_the_story(text: str, wish: str) -> None:
    asked = machine.step(
        at("summary", description=FUND, wish="退钱"), pressed("correct_answer", form="n", slot="description")
    )
    assert asked.form.step == "description"
    values = machine.step(asked.form, said(text, "open_complaint")).form.values
    assert (values["description"], values["wish"]) == (FUND, wish)


@pytest.mark.parametrize(
    "text", ["我刚才不是说过了吗", "前面那些经过怎么没了", "I already told you what happened", "where did my story go?"]
)
def test_who_is_asked_for_the_story_again_gets_back_what_was_told(text: str) -> None:
    asked = machine.step(
        at("summary", description=FUND, wish="退钱"), pressed("correct_answer", form="n", slot="description")
    )
    for intent in ("inform", "ask_question", "open_complaint"):
        outcome = machine.step(asked.form, said(text, intent))
        assert outcome.form.values["description"] == FUND
        assert outcome.form.step != "description"


def test_a_story_typed_after_choosing_to_change_it_replaces_it() -> None:
    asked = machine.step(
        at("summary", description=FUND, wish="退钱"), pressed("correct_answer", form="n", slot="description")
    )
    told = "我买了两只基金，都亏了，当时说好保本的"
    assert machine.step(asked.form, said(told, "open_complaint")).form.values["description"] == told


def test_an_amount_and_a_taunt_are_an_amount() -> None:
    outcome = machine.step(at("amount", product="card"), said("两笔都是358！你们自己不会查吗", "ask_question"))
    assert (outcome.do, outcome.form.values["amount"], outcome.notes) == ("ask", "358.00", ("noted",))


@pytest.mark.parametrize("text", ["358 你刚没听见吗！订单号我哪知道", "订单号我怎么知道"])
def test_who_cannot_know_the_order_number_is_asked_no_more(text: str) -> None:
    for intent in ("inform", "ask_question", "nlu_fallback"):
        outcome = machine.step(at("order_number", product="card", amount="358.00"), said(text, intent))
        assert (outcome.do, outcome.form.step) == ("ask", "wish"), intent


def test_more_of_the_story_at_the_question_for_the_wish_is_no_wish() -> None:
    told = "现在亏了六千多，他当时电话里跟我讲得清清楚楚保本，我有录音"
    outcome = machine.step(at("wish", description=FUND, category="policy_issue"), said(told, "open_complaint"))
    assert (outcome.form.step, outcome.form.values.get("wish")) == ("wish", None)
    assert told in outcome.form.values["description"]


@pytest.mark.parametrize(
    ("text", "corrects"),
    [
        ("no wait it was 600", True),
        ("no, it's 600", True),
        ("wait no 600", True),
        ("no, that is all", False),
        ("no that's fine", False),
        ("no thanks", False),
        ("it was 600", False),
    ],
)
def test_no_and_wait_begin_a_correction_where_something_else_follows(text: str, corrects: bool) -> None:
    assert bool(CORRECTION.search(text)) is corrects
