"""Who wants no more questions gets the summary; and a bare number that was paid is a sum."""

from __future__ import annotations

import pytest
from test_complaint_form import at, full, said

from actions import complaint_form as machine
from actions.complaint_state import Form
from actions.complaint_vocabulary import HURRIES

STEPS = ["category", "product", "amount", "order_number", "wish", "contact_channel", "contact"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("提交吧", "affirm"),
        ("别问了，直接提交！", "nlu_fallback"),
        ("没有了，就这样提交吧", "deny"),
        ("赶紧给我提交", "inform"),
        ("just submit it", "affirm"),
        ("yes submit", "affirm"),
        ("that's all, please submit my complaint now", "inform"),
    ],
)
def test_what_may_be_left_out_is_and_only_the_consent_is_asked(step: str, text: str, intent: str) -> None:
    channel = {"contact_channel": "phone"} if step == "contact" else {}
    form = at(step, category=None, category_predicted="transaction_dispute", **channel)
    outcome = machine.step(form, said(text, intent))
    assert (outcome.form.step, outcome.notes) == ("consent", ("hurried",))
    assert outcome.form.values["category"] == "transaction_dispute"
    assert outcome.form.values["contact_channel"] == "chat"
    assert "wish" not in outcome.form.values


def test_a_class_that_nobody_guessed_is_still_asked() -> None:
    outcome = machine.step(at("category", category=None), said("直接提交", "affirm"))
    assert outcome.form.step == "category"


def test_what_is_known_stays() -> None:
    form = at("order_number", amount="50.00", contact_channel="phone", contact="13900001234", wish="退款")
    values = machine.step(form, said("提交吧", "affirm")).form.values
    assert (values["amount"], values["contact"], values["wish"]) == ("50.00", "13900001234", "退款")


@pytest.mark.parametrize(
    "text", ["别问了" * 1300, "没有了" * 1300, "ok just " * 500, "提交了" * 1300, "submit now " * 400]
)
def test_saying_so_over_and_over_holds_nobody_up(text: str) -> None:
    assert HURRIES.fullmatch(f"{text}x") is None  # would not end in a lifetime if what was taken were given back


def test_without_a_story_there_is_nothing_to_file() -> None:
    outcome = machine.step(Form("n"), said("提交吧", "affirm"))
    assert outcome.form.step == "description"
    assert "hurried" not in outcome.notes


def test_at_the_summary_it_files() -> None:
    assert machine.step(full(), said("提交吧", "affirm")).do == "submit"


@pytest.mark.parametrize(
    "text",
    [
        "怎么提交",
        "提交之后多久回复",
        "先别提交",
        "我已经提交过材料了",
        "提交不了",
        "don't submit",
        "how do i submit it",
        "i submitted it yesterday",
    ],
)
def test_what_is_said_about_filing_hurries_nobody(text: str) -> None:
    assert "hurried" not in machine.step(at("wish"), said(text, "ask_question")).notes


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("我前天买了5000到现在还没确认份额", "5000.00"),
        ("早上给他转了300，一直没到", "300.00"),
        ("信用卡被你们扣了1280", "1280.00"),
        ("提现2000没到账", "2000.00"),
        ("i sent 300 to my landlord and it never came", "300.00"),
        ("you charged me 4500 for nothing", "4500.00"),
        ("我买了5000份基金没确认", None),
        ("我充了3次都失败", None),
        ("买了15天的理财没有到账", None),
        ("我存了30年的养老金", None),
        ("i bought 200 shares and they are gone", None),
        ("you charged 12 times", None),
        ("订单尾号5521的一直没发", None),
    ],
)
def test_a_number_that_was_paid_is_a_sum_and_one_that_counts_is_none(text: str, amount: str | None) -> None:
    assert machine.begin("n", said(text, "open_complaint"), 1).form.values.get("amount") == amount


def test_and_it_can_be_corrected_by_a_bare_number() -> None:
    form = machine.begin("n", said("我前天买了5000到现在还没确认份额", "open_complaint"), 1).form
    outcome = machine.step(form, said("不对 是6000", "correct_answer"))
    assert (outcome.form.values["amount"], outcome.changed) == ("6000.00", ("amount",))
