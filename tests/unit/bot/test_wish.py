"""What a customer wants done: kept whole, heard in anger, replaced when they say so."""

from __future__ import annotations

import pytest

from actions import complaint_form as machine
from tests.unit.bot.test_complaint_form import at, full, pressed, said


def wishing() -> machine.Form:
    return at("wish", category="product_service")


@pytest.mark.parametrize(
    "text",
    [
        "call me back and say sorry",
        "call me back AND apologise for not calling on 24 Nov",
        "call me back",
        "say sorry and call me back",
        "给我回电话，并且道歉",
        "给我回个电话",
        "道歉，再给我回个电话",
    ],
)
def test_a_wish_to_be_called_back_stays_in_the_wish_and_names_the_channel(text: str) -> None:
    values = machine.step(wishing(), said(text)).form.values
    assert (values["wish"], values["contact_channel"]) == (text, "phone")


@pytest.mark.parametrize("text", ["退钱，打电话就行", "refund me, just call me"])
def test_how_to_be_answered_is_no_wish(text: str) -> None:
    values = machine.step(wishing(), said(text)).form.values
    assert (values["wish"], values["contact_channel"]) == (text.replace("，", ",").partition(",")[0], "phone")


def test_a_wish_in_the_story_keeps_its_call() -> None:
    told = said("Nobody answered my ticket for two weeks. call me back and apologise", "open_complaint")
    values = machine.begin("n", told, 1).form.values
    assert (values["wish"], values["contact_channel"]) == ("call me back and apologise", "phone")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("wait, change: i want call back AND apology", "i want call back AND apology"),
        ("no, change that: I want an apology", "I want an apology"),
        ("等等，改一下：我要回电和道歉", "我要回电和道歉"),
        ("不对，我要的是道歉", "道歉"),
    ],
)
def test_another_wish_said_to_be_a_change_replaces_the_first(text: str, wish: str) -> None:
    for intent in ("correct_answer", "inform", "talk_to_person"):
        outcome = machine.step(full(), said(text, intent))
        assert (outcome.form.values["wish"], outcome.changed, outcome.form.step) == (wish, ("wish",), "summary")


def test_what_is_typed_after_choosing_to_change_the_wish_replaces_it() -> None:
    asked = machine.step(
        machine.step(full(), pressed("deny", form="n.0")).form, pressed("correct_answer", form="n", slot="wish")
    )
    outcome = machine.step(asked.form, said("call me back AND apologise for not calling on 24 Nov"))
    assert outcome.form.values["wish"] == "call me back AND apologise for not calling on 24 Nov"
    assert outcome.form.step == "summary"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Are you even listening?? I want my 268 yuan back", "I want my 268 yuan back"),
        ("你到底有没有在听？？我要退钱", "我要退钱"),
        ("我要退钱", "我要退钱"),
        ("把钱还我", "把钱还我"),
        ("hello?? give me my money back", "give me my money back"),
    ],
)
def test_a_demand_answers_the_question_for_the_wish_whatever_it_is_taken_for(text: str, wish: str) -> None:
    for intent in (
        "inform",
        "ask_question",
        "express_distress",
        "report_fraud",
        "talk_to_person",
        "withdraw_complaint",
    ):
        outcome = machine.step(wishing(), said(text, intent))
        assert (outcome.do, outcome.form.values.get("wish")) == ("ask", wish), intent


def test_a_demand_between_the_questions_is_the_wish() -> None:
    form = at("order_number", product="card", amount="268.00", currency="CNY")
    outcome = machine.step(form, said("Are you even listening?? I want my 268 yuan back", "open_complaint"))
    assert outcome.form.values.get("wish") == "I want my 268 yuan back"


@pytest.mark.parametrize("text", ["我要人工，我要退钱", "I want a refund, connect me to an agent"])
def test_who_asks_for_a_person_along_with_the_wish_gets_one(text: str) -> None:
    assert machine.step(wishing(), said(text, "talk_to_person")).do == "digress"


def test_a_wish_and_a_question_in_one_message_are_both_served() -> None:
    text = "send a new card to my real address: and waive the card fee. oh wait, before that - is there an annual fee on the credit card?"
    outcome = machine.step(wishing(), said(text, "ask_question"))
    assert (outcome.do, outcome.form.step) == ("digress", "contact_channel")
    assert outcome.form.values["wish"] == "send a new card to my real address: and waive the card fee"
    assert outcome.rest == "is there an annual fee on the credit card?"


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("I sent 500 to my sister this morning and it hasn't arrived.", "transfer"),
        ("i transferred 2000 yuan to the wrong person", "transfer"),
        ("我早上给我妹转了500，还没到", "转账"),
        ("给房东转过去3000块他没收到", "转账"),
    ],
)
def test_money_sent_in_the_story_names_the_product(text: str, product: str) -> None:
    begun = machine.begin("n", said(text, "open_complaint", category="transaction_dispute"), 1)
    assert begun.form.values.get("product") == product


@pytest.mark.parametrize("text", ["I sent a mail to your manager", "我给你们发了三封邮件没人理", "客服把我转给别人了"])
def test_what_is_no_money_sent_names_none(text: str) -> None:
    assert "product" not in machine.begin("n", said(text, "open_complaint"), 1).form.values


@pytest.mark.parametrize("text", ["ok agree. and amount is 5000 not 500 make sure", "同意，金额是5000"])
def test_agreeing_and_naming_what_is_there_already_goes_on(text: str) -> None:
    form = at(
        "consent",
        product="transfer",
        amount="5000.00",
        currency="CNY",
        order_number="T1",
        wish="refund",
        contact_channel="chat",
    )
    for intent in ("affirm", "correct_answer"):
        outcome = machine.step(form, said(text, intent))
        assert (outcome.form.step, outcome.form.values["amount"]) == ("summary", "5000.00"), intent


@pytest.mark.parametrize("text", ["yes submit, the amount is 500", "确认提交，金额是500"])
def test_confirming_what_is_there_already_files(text: str) -> None:
    assert machine.step(full(), said(text, "affirm")).do == "submit"


@pytest.mark.parametrize("text", ["no, the amount is 500", "好的，不过金额是500", "the amount is 500"])
def test_without_a_plain_yes_nothing_is_filed(text: str) -> None:
    for intent in ("affirm", "correct_answer"):
        assert machine.step(full(), said(text, intent)).do == "ask"


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("can you call me? no actually email is better, r***@outlook.com", "email"),
        ("can you call me?", "phone"),
        ("能打电话给我吗", "phone"),
    ],
)
def test_a_way_of_contact_asked_for_in_a_question_is_the_answer(text: str, channel: str) -> None:
    outcome = machine.step(at("contact_channel", category="policy_issue", wish="refund"), said(text, "ask_question"))
    assert (outcome.do, outcome.form.values.get("contact_channel")) == ("ask", channel)
