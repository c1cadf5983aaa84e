"""How serious a complaint is, and the words that say so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ticketing.tickets import evaluation, severity

FLOOR = 0.95
"""Of precision and recall over the labelled sentences; each reason may be a little worse than the whole."""


def judged(
    text: str, amount: int | None = None, tier: str = "standard", repeat_of: str | None = None
) -> severity.Severity:
    given = None if amount is None else Decimal(amount)
    return severity.judge(text, amount=given, tier=tier, repeat_of=repeat_of)


@pytest.mark.parametrize(
    ("text", "amount", "repeat_of", "level", "reasons"),
    [
        ("付款页打不开", None, None, "normal", ()),
        ("转错了一万块", 10_000, None, "normal", ("amount",)),
        ("再不处理我就去12378投诉", None, None, "serious", ("regulator",)),
        ("你们就是骗子，扣了我六万，我要起诉", 60_000, None, "critical", ("amount", "court", "anger")),
        ("This is my pension and it is gone", 900, "KS-1", "serious", ("vulnerable", "repeat")),
        ("I will go to the press about this", None, None, "serious", ("press",)),
        ("活不下去了，钱都在里面", None, None, "critical", ("distress",)),
        ("I pressed pay twice in the court shop", None, None, "normal", ()),
        ("I will issue a complaint", None, None, "normal", ()),
    ],
)
def test_severity_and_its_reasons(
    text: str, amount: int | None, repeat_of: str | None, level: str, reasons: tuple[str, ...]
) -> None:
    found = judged(text, amount, repeat_of=repeat_of)
    assert (found.level, found.reasons) == (level, reasons)


def test_every_reason_names_the_customers_own_words_as_they_wrote_them() -> None:
    found = judged("再不處理就去當地金融監管局投訴，TAKE YOU TO COURT")
    assert [(item.reason, item.points, item.words) for item in found.findings] == [
        ("regulator", 2, ("金融監管局",)),
        ("court", 1, ("TAKE YOU TO COURT",)),
    ]


def test_a_threat_taken_back_is_still_a_mention_but_no_threat() -> None:
    assert judged("我不是要投诉到银保监，就想问问").findings[0] == severity.Finding("outside_mention", 1, ("银保监",))
    assert judged("如果不退款我就起诉").reasons == ("court",)
    assert judged("If you don't pay me back I'll sue").reasons == ("court",)


def test_a_scam_that_happened_is_no_insult() -> None:
    assert judged("我遇到骗子了，被诈骗两千块").reasons == ()
    assert judged("你们就是一群骗子").reasons == ("anger",)
    assert judged("I was scammed by a caller").reasons == ()
    assert judged("You are scammers").reasons == ("anger",)


def test_police_in_a_story_are_no_threat() -> None:
    assert judged("被盗刷以后我报警了，警察让我来要交易明细").reasons == ()
    assert judged("再不退钱我就报警").reasons == ("police",)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("转账五万元没到账", "50000"),
        ("二十万块本金没有回来", "200000"),
        ("被划走 86,500.00 元", "86500.00"),
        ("RMB 120k sent on Monday", "120000"),
        ("¥68,000 is missing", "68000"),
        ("一百二十万元的货款", "1200000"),
    ],
)
def test_an_amount_the_customer_only_wrote_counts_as_well(text: str, amount: str) -> None:
    assert [value for value, _ in severity.amounts_in(text)] == [Decimal(amount)]


@pytest.mark.parametrize(
    "text", ["限额从五万元降到五千", "万一到不了怎么办", "订单号20261120000086500", "我等了一万年"]
)
def test_a_number_that_is_no_missing_money_does_not_count(text: str) -> None:
    assert judged(text).reasons == ()


def test_a_better_tier_raises_the_priority_of_an_ordinary_case_only_one_step() -> None:
    assert judged("页面慢").priority == "normal"
    assert judged("页面慢", tier="private").priority == "high"


def test_the_labelled_sentences_are_judged_as_labelled() -> None:
    scores, misses = evaluation.measure_severity()
    assert scores["all"].precision >= FLOOR, misses
    assert scores["all"].recall >= FLOOR, misses
    weakest = {name: (score.precision, score.recall) for name, score in scores.items()}
    assert all(min(pair) >= FLOOR - 0.1 for pair in weakest.values()), weakest


def test_there_are_enough_labelled_sentences_in_both_languages() -> None:
    languages = [row["language"] for row in evaluation.rows(evaluation.SEVERITY_ROWS)]
    assert len(languages) >= 120
    assert min(languages.count("zh"), languages.count("en")) >= 80
