"""The complaint form machine, without Rasa and without words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions import complaint_form as machine
from actions.complaint_form import Form, Outcome
from actions.said import Said, informative, is_question, skips
from bot.components.entities import entities

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def said(text: str, intent: str = "inform", confidence: float = 0.9, category: str | None = None) -> Said:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entity in entities(text, NOW):
        kinds.setdefault(entity.kind, []).append(
            {"value": entity.value, "currency": entity.currency, "start": entity.start, "end": entity.end}
        )
    return Said(text, intent, confidence, kinds, (category, 0.9) if category else None, None, 1)


def pressed(intent: str, **fields: str) -> Said:
    return Said("", intent, 1.0, button=fields)


def at(step: str, **values: Any) -> Form:
    known = {"description": "转账没有到账", "category": "transaction_dispute", **values}
    return Form("n", step=step, values=known)


def full() -> Form:
    return at("summary", product="转账", amount="500.00", currency="CNY", order_number="T123456", wish="退款",
              contact_channel="chat", consent=True)  # fmt: skip


def test_the_bare_wish_to_complain_asks_what_happened() -> None:
    outcome = machine.begin("n", said("我要投诉", "open_complaint"), 4)
    assert (outcome.form.step, outcome.form.message_seq) == ("description", 4)


def test_an_informative_first_sentence_fills_what_it_names() -> None:
    told = said("订单A202611200077扣了199元，要求退款", "open_complaint", category="transaction_dispute")
    form = machine.begin("n", told, 1).form
    assert form.step == "category"
    assert form.values["amount"] == "199.00"
    assert form.values["order_number"] == "A202611200077"
    assert form.values["wish"] == "退款"
    assert form.values["category_predicted"] == "transaction_dispute"


def test_only_disputes_ask_for_product_amount_and_order() -> None:
    outcome = machine.step(
        at("category", category=None), pressed("inform", form="n", slot="category", value="system_failure")
    )
    assert outcome.form.step == "wish"


@pytest.mark.parametrize("text", ["手续费", "年费", "gym membership"])
def test_a_product_may_be_named_in_own_words(text: str) -> None:
    assert machine.step(at("product"), said(text, "ask_question")).form.values["product"] == text


@pytest.mark.parametrize(
    ("text", "intent"),
    [("哈喽", "greet"), ("好的", "affirm"), ("嗯嗯啊啊", "nlu_fallback"), ("打不开", "inform"), ("ok", "affirm")],
)
def test_what_names_no_product_is_none(text: str, intent: str) -> None:
    assert "product" not in machine.step(at("product"), said(text, intent)).form.values


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [("别打电话，发邮件", "contact_channel", "email"), ("你们把钱追回来", "wish", "你们把钱追回来"), ("打电话就行", "contact_channel", "phone"),
     ("just refund me", "wish", "just refund me"), ("13900001234", "contact", "13900001234")],
)  # fmt: skip
def test_what_is_said_before_it_is_asked_is_kept(text: str, slot: str, value: str) -> None:
    outcome = machine.step(at("order_number", product="转账", amount="1.00"), said(text))
    assert (outcome.form.values[slot], outcome.form.step) == (value, "order_number")


def test_yes_to_the_guessed_class_takes_it() -> None:
    form = at("category", category=None, category_predicted="policy_issue")
    assert machine.step(form, said("是的", "affirm")).form.values["category"] == "policy_issue"


@pytest.mark.parametrize(
    ("text", "amount"),
    [("300", "300.00"), ("大概三百块吧", "300.00"), ("1.2万", "12000.00"), ("人民币两千", "2000.00")],
)
def test_an_amount_asked_for_is_taken_in_any_spelling(text: str, amount: str) -> None:
    assert machine.step(at("amount", product="转账"), said(text)).form.values["amount"] == amount


@pytest.mark.parametrize("text", ["没有", "不知道", "记不清了", "I don't know", "skip"])
def test_having_none_skips_an_optional_slot(text: str) -> None:
    outcome = machine.step(at("amount", product="转账"), said(text, "deny"))
    assert (outcome.form.step, outcome.form.skipped) == ("order_number", ("amount",))


def test_a_question_in_between_digresses_and_changes_nothing() -> None:
    form = at("amount", product="转账")
    assert machine.step(form, said("提现多久到账？", "ask_question")) == Outcome(form, "digress")


@pytest.mark.parametrize("intent", ["greet", "talk_to_person", "report_fraud", "express_distress", "ask_ticket_status"])
def test_other_wishes_digress_from_any_slot(intent: str) -> None:
    for step in ("category", "amount", "wish", "contact_channel", "consent", "summary"):
        assert machine.step(at(step), said("那个", intent)).do == "digress"


def test_a_correction_changes_the_slot_and_asks_on() -> None:
    outcome = machine.step(
        at("wish", amount="500.00", product="x", order_number="1"), said("不对，是300", "correct_answer")
    )
    assert (outcome.form.values["amount"], outcome.form.step, outcome.notes) == ("300.00", "wish", ("corrected",))


def test_naming_a_slot_to_change_asks_for_it_again() -> None:
    outcome = machine.step(full(), said("改一下订单号", "correct_answer"))
    assert (outcome.form.step, outcome.form.values.get("order_number")) == ("order_number", None)
    assert outcome.form.values["amount"] == "500.00"


def test_no_at_the_summary_asks_what_to_change_then_offers_a_person() -> None:
    first = machine.step(full(), said("不", "deny")).form
    assert (first.step, first.offered_person) == ("change", False)
    second = machine.step(first, said("不是", "deny")).form
    assert second.offered_person
    assert machine.step(second, said("好的", "affirm")).do == "person"


def test_yes_at_the_summary_submits_and_keeps_the_form() -> None:
    form = full()
    assert machine.step(form, said("确认", "affirm")) == Outcome(form, "submit")


def test_a_confirmation_of_an_overtaken_card_submits_nothing() -> None:
    old = full()
    new = machine.step(old, said("金额改成300", "correct_answer")).form
    assert machine.step(new, pressed("affirm", form=old.seal)).notes == ("changed_since",)
    assert machine.step(new, pressed("affirm", form=new.seal)).do == "submit"


def test_a_button_of_another_form_is_stale() -> None:
    assert machine.step(full(), pressed("affirm", form="other.0")).do == "stale"


def test_a_choice_never_offered_is_not_taken() -> None:
    outcome = machine.step(at("category", category=None), pressed("inform", form="n", slot="category", value="gossip"))
    assert (outcome.notes, outcome.form.values.get("category")) == (("not_valid",), None)


def test_three_failures_on_one_slot_offer_a_person() -> None:
    form = at("amount", product="转账")
    for failures in (1, 2, 3):
        form = machine.step(form, said("嗯嗯啊啊", "nlu_fallback", 0.2)).form
        assert (form.failures, form.offered_person) == (failures, failures == 3)


def test_a_good_answer_forgets_the_failures() -> None:
    form = machine.step(at("amount", product="转账"), said("嗯嗯啊啊", "nlu_fallback", 0.2)).form
    assert machine.step(form, said("300块")).form.failures == 0


def test_cancelling_is_no_failure_and_loses_nothing() -> None:
    form = at("wish")
    outcome = machine.step(form, said("算了，不投诉了", "cancel"))
    assert (outcome.do, outcome.form) == ("cancel", form)


def test_a_wish_that_sounds_like_taking_back_is_a_wish() -> None:
    form = at("wish", product="x", amount="1", order_number="1")
    assert machine.step(form, said("退回来", "withdraw_complaint")).form.values["wish"] == "退回来"


def test_more_of_the_story_is_added() -> None:
    form = machine.step(at("amount", product="转账"), said("而且客服还骂人说我活该", "open_complaint")).form
    assert form.values["description"].endswith("客服还骂人说我活该")


def test_a_masked_phone_sets_channel_and_contact() -> None:
    values = machine.step(at("contact_channel", wish="退"), said("打我电话 138****5678")).form.values
    assert (values["contact_channel"], values["contact"]) == ("phone", "138****5678")


def test_no_contact_given_means_an_answer_in_the_chat() -> None:
    outcome = machine.step(
        at("contact", contact_channel="phone"), pressed("inform", form="n", slot="contact", value="skip")
    )
    assert outcome.form.values["contact_channel"] == "chat"


def test_refusing_consent_files_nothing() -> None:
    outcome = machine.step(at("consent", wish="x", contact_channel="chat"), said("不同意", "deny"))
    assert (outcome.do, outcome.form.values.get("consent"), outcome.notes) == ("ask", None, ("consent_needed",))


def test_the_form_survives_memory() -> None:
    form = full()
    assert Form.of(form.state()) == form


@pytest.mark.parametrize(
    "text", ["我要投诉", "我想投诉你们", "你好，我要投诉", "I want to complain", "I'd like to file a complaint"]
)
def test_the_wish_alone_says_nothing(text: str) -> None:
    assert not informative(text)


@pytest.mark.parametrize("text", ["扣了我三百", "转账没到账", "App闪退", "my transfer never arrived", "骗子公司"])
def test_what_happened_says_something(text: str) -> None:
    assert informative(text)


@pytest.mark.parametrize("text", ["没有收到钱", "没有人理我", "300", "no refund arrived"])
def test_a_sentence_with_no_in_it_skips_nothing(text: str) -> None:
    assert not skips(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [("提现多久到账", True), ("退给我", False), ("How do I close my account", True), ("退款！", False)],
)
def test_questions_are_told_from_statements(text: str, asks: bool) -> None:
    assert is_question(text) is asks


@pytest.mark.parametrize(
    "text",
    ["no number", "I DONT HAVE a number", "nope dont have any number, just says YUNZHAN MBR", "i dont have one", "没有单号的，昨晚转的",
     "都说了没有", "我说了没有单号", "there is no order number sorry"],
)  # fmt: skip
def test_no_number_is_an_answer_wherever_it_stands(text: str) -> None:
    asked = at("order_number", product="转账", amount="1.00")
    outcome = machine.step(asked, said(text, "ask_ticket_status"))
    assert (outcome.form.step, outcome.form.skipped) == ("wish", ("order_number",))
    assert text not in outcome.form.values["description"]


@pytest.mark.parametrize("text", ["i said NO NUMBER", "I told you I DONT HAVE a number", "都说了没有单号"])
def test_what_one_has_none_of_is_never_part_of_the_story(text: str) -> None:
    later = machine.step(at("order_number", product="转账", amount="1.00"), said("没有", "deny")).form
    assert machine.step(later, said(text, "open_complaint")) == Outcome(later, notes=("not_needed",))


def test_an_answer_with_a_question_keeps_the_one_and_serves_the_other() -> None:
    asked = at("order_number", product="转账", amount="1.00")
    outcome = machine.step(asked, said("没有单号，转错了能不能撤回啊", "ask_question"))
    assert (outcome.do, outcome.form.skipped, outcome.rest) == ("digress", ("order_number",), "转错了能不能撤回啊")


def test_a_wish_is_not_cut() -> None:
    text = "I want my money back for all the months since June 2024, that is 299.50 yuan, and an apology in writing from you"
    form = machine.step(at("contact_channel", category="system_failure"), said(text)).form
    assert form.values["wish"] == "I want my money back for all the months since June 2024"
    long = "要求" + "退还全部多收的手续费" * 5
    assert (
        machine.step(at("contact_channel", category="system_failure"), said(long)).form.values["wish"]
        in long[2:] + long
    )


def test_a_form_opened_by_a_statement_is_let_go_at_the_second_digression() -> None:
    form = machine.begin("n", said("客服态度太差了，直接挂我电话", "open_complaint"), 1).form
    for digressions in (1, 2):
        form = machine.step(form, said("提现多久到账？", "ask_question")).form
        assert (form.confirmed, form.digressions) == (False, digressions)
    answered = machine.step(form, pressed("inform", form="n", slot="category", value="product_service")).form
    assert answered.confirmed


@pytest.mark.parametrize(
    "text", ["我要投诉，客服直接挂我电话", "I want to complain, your agent hung up", "客服挂我电话，要求道歉"]
)
def test_who_wishes_to_complain_is_asked_until_answered(text: str) -> None:
    assert machine.begin("n", said(text, "open_complaint"), 1).form.confirmed


@pytest.mark.parametrize(("text", "do"), [("喂？在吗", "hailed"), ("hello??", "hailed"), ("not now im busy", "cancel"), ("回头再说", "cancel"),
                                          ("ok ok. I go ask my bank", "cancel"), ("why would u even freeze it", "digress")])  # fmt: skip
def test_what_is_no_answer_is_no_wish(text: str, do: str) -> None:
    outcome = machine.step(at("wish", category="system_failure"), said(text, "open_complaint"))
    assert (outcome.do, outcome.form.values.get("wish")) == (do, None)


def test_a_payee_is_no_forbidden_request() -> None:
    told = said("2000 yuan. to Bank of China. his name is Zhang Wei", "forbidden_request")
    form = machine.step(at("amount", product="转账"), told).form
    assert form.values["amount"] == "2000.00"
    assert form.values["description"].endswith("\nto Bank of China his name is Zhang Wei")
