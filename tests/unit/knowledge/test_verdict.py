"""The verdict: fusion, chance, thresholds, choices."""

import pytest

from ticketing.knowledge import rules
from ticketing.knowledge.calibration import KINDS
from ticketing.knowledge.index import ALONE, SIGNALS
from ticketing.knowledge.rules import Ranked, Thresholds


def ranked(*scores: float) -> list[Ranked]:
    return [Ranked(f"article-{at}", score, dict.fromkeys(SIGNALS, 0.5)) for at, score in enumerate(scores)]


@pytest.mark.parametrize(("chance", "verdict"), [(0.7, "answer"), (0.69, "ask"), (0.3, "ask"), (0.29, "decline")])
def test_thresholds_belong_to_the_better_verdict(chance: float, verdict: str) -> None:
    assert rules.decide(Thresholds(answer=0.7, ask=0.3), chance) == verdict


def test_asking_back_offers_at_most_three_that_come_close() -> None:
    assert [item.key for item in rules.choices(ranked(10, 9, 8, 7.9))] == ["article-0", "article-1", "article-2"]
    assert [item.key for item in rules.choices(ranked(10, 6))] == ["article-0"]


def test_an_article_asked_in_these_very_words_comes_first() -> None:
    near = Ranked("near", 5, {**dict.fromkeys(SIGNALS, 0.5), "asking": 0.98})
    order, nearness = rules.verbatim_first([*ranked(10, 9), near])
    assert [item.key for item in order] == ["near", "article-0", "article-1"]
    assert nearness == 0.98
    assert rules.verbatim_first(ranked(10, 9)) == (ranked(10, 9), 0.0)


def test_a_lead_makes_the_first_article_likelier() -> None:
    fitted = rules.calibration()
    close, clear = (fitted.chance(rules.evidence(ranked(10, second), text="提现", novelty=0)) for second in (9.9, 5.0))
    assert clear > close


def test_unheard_of_words_make_the_first_article_less_likely() -> None:
    fitted = rules.calibration()
    known, strange = (
        fitted.chance(rules.evidence(ranked(10, 8), text="提现", novelty=novelty)) for novelty in (0.0, 0.8)
    )
    assert known > strange


def test_the_fitted_file_is_whole_and_its_thresholds_are_ordered() -> None:
    fitted = rules.calibration()
    assert set(fitted.weights) == set(KINDS)
    assert all(set(weights) == set(ALONE) for weights in fitted.weights.values())
    assert set(fitted.evidence) == set(rules.EVIDENCE)
    assert all(0 < item.ask <= item.answer < 1 for item in fitted.thresholds.values())
    assert set(fitted.thresholds) == {"zh", "en"}


@pytest.mark.parametrize(
    ("text", "askable"), [("", False), ("1234567", False), ("啊啊啊啊", False), ("a", False), ("提现", True)]
)
def test_nonsense_is_not_a_question(text: str, askable: bool) -> None:
    assert rules.is_askable(text) is askable
