"""Fitting how signals weigh, on made-up cases whose answer is known."""

import numpy as np
from four_articles import ENTRIES

from ticketing.knowledge import calibration
from ticketing.knowledge.calibration import Asked, Case, cross_validate, fit_weights, judge
from ticketing.knowledge.index import ALONE, Query

ASKING = ALONE.index("asking")


def case(right: set[str], near: str, at: int = 0, group: str = "") -> Case:
    """Three candidates that differ by chance, but for one that is asked in such words."""
    keys = ("one", "two", "three")
    signals = np.random.default_rng(at).normal(size=(3, len(ALONE)))
    signals[:, ASKING] = [key == near for key in keys]
    query = Query("多久", ("多久",), (), 0.0, "written")
    return Case(Asked("多久", "zh", frozenset(right), group or f"group-{at}"), keys, signals, query)


def test_what_tells_right_from_wrong_gets_the_weight() -> None:
    cases = [case({"two"}, near="two", at=at) for at in range(60)]
    weights = fit_weights(cases)["written"]
    assert weights.argmax() == ASKING
    assert [judge(item, {"written": weights}).rank for item in cases].count(1) >= 57


def test_any_of_several_right_articles_counts() -> None:
    cases = [case({"one", "two"}, near="one" if at % 2 else "two", at=at) for at in range(60)]
    weights = {"written": fit_weights(cases)["written"]}
    assert [judge(item, weights).rank for item in cases].count(1) >= 57


def test_what_nothing_answers_teaches_no_weight_and_has_no_rank() -> None:
    answered = [case({"two"}, near="two", at=at) for at in range(20)]
    nothing = case(set(), near="three", at=99)
    alone, beside = (fit_weights(cases)["written"] for cases in (answered, [*answered, nothing]))
    assert np.array_equal(alone, beside)
    assert judge(nothing, {"written": alone}).rank == 0


def test_a_group_is_judged_by_a_fit_that_has_not_seen_it() -> None:
    """Where the near article is wrong but in one large group, only a fit that has seen that group finds its answers."""
    odd = [case({"one"}, near="one", at=at, group="odd") for at in range(100, 300)]
    others = [case({"two"}, near="one", at=at) for at in range(40)]
    seen = fit_weights([*odd, *others])
    assert [judge(item, seen).rank for item in odd].count(1) > 150
    judged = cross_validate([*odd, *others]).judged
    assert [item.rank for item in judged if item.case.asked.group == "odd"].count(1) < 50


def test_questions_are_set_after_an_article_of_another_topic() -> None:
    asked = [
        Asked("提现收费吗", "zh", frozenset({"withdrawal-fee"}), "withdrawal-fee"),
        Asked("写首诗", "zh", frozenset(), "写首诗"),
    ]
    about, strange = calibration.otherwise(ENTRIES, asked)
    assert (about["text"], about["articles"], about["line"]) == ("提现收费吗", ["withdrawal-fee"], None)
    assert about["previous"] in {"transfer-fee", "transfer-time"}
    assert strange["articles"] == []
