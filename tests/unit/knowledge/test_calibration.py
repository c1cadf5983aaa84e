"""Fitting how signals weigh, on made-up cases whose answer is known."""

import numpy as np
from four_articles import ENTRIES, embed

from ticketing.knowledge import calibration
from ticketing.knowledge.calibration import Asked, Case, cross_validate, fit_weights, judge
from ticketing.knowledge.index import SIGNALS, Index, Query

NAMED = SIGNALS.index("named")


def case(right: set[str], named: str, at: int = 0, group: str = "") -> Case:
    """Three candidates that differ by chance, but for one that the earlier article names."""
    keys = ("one", "two", "three")
    signals = np.random.default_rng(at).normal(size=(3, len(SIGNALS)))
    signals[:, NAMED] = [key == named for key in keys]
    query = Query("多久", ("多久",), (), 0.0, "following", earlier=0)
    return Case(Asked("多久", "zh", frozenset(right), group or f"group-{at}", "zero"), keys, signals, query)


def test_what_tells_right_from_wrong_gets_the_weight() -> None:
    cases = [case({"two"}, named="two", at=at) for at in range(60)]
    weights = fit_weights(cases, "following")["following"]
    assert weights.argmax() == NAMED
    assert [judge(item, {"following": weights}).rank for item in cases].count(1) >= 57


def test_any_of_several_right_articles_counts() -> None:
    cases = [case({"one", "two"}, named="one" if at % 2 else "two", at=at) for at in range(60)]
    weights = {"following": fit_weights(cases, "following")["following"]}
    assert [judge(item, weights).rank for item in cases].count(1) >= 57


def test_what_nothing_answers_teaches_no_weight_and_has_no_rank() -> None:
    answered = [case({"two"}, named="two", at=at) for at in range(20)]
    nothing = case(set(), named="three", at=99)
    alone, beside = (fit_weights(cases, "following")["following"] for cases in (answered, [*answered, nothing]))
    assert np.array_equal(alone, beside)
    assert judge(nothing, {"following": alone}).rank == 0


def test_a_group_is_judged_by_a_fit_that_has_not_seen_it() -> None:
    """Where the named article is wrong but in one large group, only a fit that has seen that group finds its answers."""
    odd = [case({"one"}, named="one", at=at, group="odd") for at in range(100, 300)]
    others = [case({"two"}, named="one", at=at) for at in range(40)]
    seen = fit_weights([*odd, *others], "following")
    assert [judge(item, seen).rank for item in odd].count(1) > 150
    judged = cross_validate([*odd, *others], "following").judged
    assert [item.rank for item in judged if item.case.asked.group == "odd"].count(1) < 50


def test_short_questions_are_set_after_an_article_of_another_topic() -> None:
    index = Index(ENTRIES, embed)
    asked = [
        Asked("提现收费吗", "zh", frozenset({"withdrawal-fee"}), "withdrawal-fee"),
        Asked("请问转账到别人的银行卡一般要等几天", "zh", frozenset({"transfer-time"}), "transfer-time"),
    ]
    (short,) = calibration._interposed(index, asked)
    assert (short.text, short.group) == ("提现收费吗", "withdrawal-fee")
    assert short.after in {"transfer-fee", "transfer-time"}
