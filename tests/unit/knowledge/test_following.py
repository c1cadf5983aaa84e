"""What is typed after an article: a line of it, another article, something to choose from, or nothing; and how that is fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from four_articles import ENTRIES, embed, entry

from ticketing.knowledge import following_calibration, passages, retrieval, rules
from ticketing.knowledge.entries import Detail, Entry, Wording
from ticketing.knowledge.following_calibration import NAMES, Case
from ticketing.knowledge.index import SIGNALS, Index, Query
from ticketing.knowledge.passages import DETAIL, LINE, Passage
from ticketing.knowledge.rules import Following

NOTHING = dict.fromkeys(rules.NOTHING, 0.0)


def after(index: Index, query: Query, language: str) -> tuple[list[Passage], list[Passage]]:
    """Lines and details of the article before."""
    return index.passages(query, index.place(query, embed(query.texts, "query")), language)


def lines(index: Index, text: str, topic: str, language: str = "zh") -> list[str]:
    query = index.read(text, after=topic)
    return [line.text for line in after(index, query, language)[0]]


def details(index: Index, text: str, topic: str, language: str = "zh") -> list[str]:
    query = index.read(text, after=topic)
    return [detail.text for detail in after(index, query, language)[1]]


def following(
    monkeypatch: pytest.MonkeyPatch,
    *,
    threshold: float = 0.5,
    line: float = 0.0,
    detail: float = 0.0,
    article: float = 0.0,
) -> None:
    """Weights by which articles and details count as near as their askings are, lines by their cosine, each so much."""
    weighs = Following(
        dict.fromkeys(SIGNALS, 0.0) | {"asking": article},
        {"always": 0.0} | dict.fromkeys(LINE, 0.0) | {"near": line},
        {"always": 0.0} | dict.fromkeys(DETAIL, 0.0) | {"asked": detail},
        NOTHING,
        threshold,
    )
    monkeypatch.setattr(rules, "following", lambda _language, _kind: weighs)


def test_a_line_of_the_article_before_answers_and_its_article_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, line=20)
    found = retrieval.find(Index(ENTRIES, embed), "周末也收吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.passage, found.ranked[0].key) == ("passage", "周末也收", "withdrawal-fee")
    assert found.ranked[0].score >= found.chance


def test_another_article_answers_where_it_is_likelier_than_any_line(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, article=40)
    found = retrieval.find(Index(ENTRIES, embed), "转账收费吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.passage, found.ranked[0].key) == ("answer", "", "transfer-fee")


def test_an_article_that_answers_comes_before_one_whose_lines_are_likelier_only_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Shares:
        threshold = 0.3

        def shares(self, articles: np.ndarray, lines: Sequence[object], *_others: object) -> object:
            chances = np.zeros(len(articles))
            chances[0] = 0.4
            return chances, np.full(len(lines), 0.6 / len(lines)), 0.0

    monkeypatch.setattr(rules, "following", lambda _language, _kind: Shares())
    found = retrieval.find(Index(ENTRIES, embed), "周末也收吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.ranked[0].score) == ("answer", pytest.approx(0.4))
    assert found.ranked[1].key == "withdrawal-fee"


def test_what_is_not_likely_enough_is_offered_under_the_line_that_may_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, threshold=0.99, article=3, line=3)
    found = retrieval.find(Index(ENTRIES, embed), "周末也收吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.passage) == ("ask", "周末也收")
    assert 1 <= len(found.offered) <= rules.CHOICES
    assert "withdrawal-fee" not in {item.key for item in found.offered}


def test_nothing_is_offered_where_nothing_is_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch)
    monkeypatch.setattr(rules, "LEAST", 0.5)
    found = retrieval.find(Index(ENTRIES, embed), "周末也收吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.offered, found.passage) == ("decline", (), "")


def test_all_chances_are_one_together(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, article=3, line=3)
    articles, told, nothing = rules.following("zh", "following").shares(
        np.ones((3, len(SIGNALS))), [[1.0] * len(LINE)] * 2, [[1.0] * len(DETAIL)] * 4, [1.0] * len(rules.NOTHING)
    )
    assert (len(articles), len(told)) == (3, 6)
    assert float(articles.sum() + told.sum()) + nothing == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("周末也收吗", None),
        ("周末也收吗", "unknown"),
        ("我上个月在外地出差的时候办了一张新的银行卡，周末也收吗，多谢", "withdrawal-fee"),
    ],
)
def test_no_line_is_told_without_its_article_or_to_a_long_story(
    monkeypatch: pytest.MonkeyPatch, text: str, topic: str | None
) -> None:
    following(monkeypatch, line=20)
    assert retrieval.find(Index(ENTRIES, embed), text, embed, topic=topic).passage == ""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("周末也收：\n每天第一笔免费", ["每天第一笔免费"]),
        ("周末也收。请准备：\n每天第一笔免费", ["周末也收。", "每天第一笔免费"]),
        ("It costs 0.1 yuan. Have ready:", ["It costs 0.1 yuan."]),
    ],
)
def test_what_only_leads_to_the_next_lines_is_left_out(answer: str, told: list[str]) -> None:
    index = Index([entry("fee", "fees", "手续费怎么收", answer=answer), *ENTRIES[1:]], embed)
    assert sorted(lines(index, "周末也收吗", "fee")) == sorted(told)


CASH, COINS = Detail(("现金行吗", "收不收现金"), "不收现金。"), Detail(("零钱可以吗",), "零钱也行。")
NO_CASH = Detail(("is cash ok",), "No cash.")


def detailed(**details: tuple[Detail, ...]) -> Index:
    """The article `fee`, which has these details, before the others."""
    wordings = {language: Wording("怎么收", (), "当天到账", None, given) for language, given in details.items()}
    return Index([Entry("fee", 1, "fees", None, (), wordings), *ENTRIES[1:]], embed)


def test_a_detail_is_found_by_how_it_is_asked_and_its_answer_told(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, detail=20)
    index = detailed(zh=(CASH, COINS))
    for text, told in (("现金行不", "不收现金。"), ("零钱可以不", "零钱也行。")):
        found = retrieval.find(index, text, embed, topic="fee")
        assert (found.verdict, found.passage, found.ranked[0].key) == ("passage", told, "fee")


def test_details_are_read_in_the_language_asked_for_or_the_one_there_is() -> None:
    both, one = detailed(zh=(CASH, COINS), en=(NO_CASH,)), detailed(zh=(), en=(NO_CASH,))
    assert details(both, "收现金吗", "fee", "zh") == ["不收现金。", "零钱也行。"]
    assert details(both, "cash?", "fee", "en") == ["No cash."]
    assert details(one, "收现金吗", "fee", "zh") == ["No cash."]
    assert details(both, "收现金吗", "transfer-fee", "zh") == []


def test_a_detail_answers_only_after_its_article(monkeypatch: pytest.MonkeyPatch) -> None:
    following(monkeypatch, detail=20)
    for topic in (None, "transfer-fee"):
        assert retrieval.find(detailed(zh=(CASH, COINS)), "现金行不", embed, topic=topic).passage == ""


def test_a_detail_that_wants_what_is_asked_and_shares_its_words_is_known_as_such() -> None:
    index = detailed(zh=(Detail(("要几天",), "三天左右。"), CASH))
    query = index.read("要多久", after="fee")
    found = {each.text: each.signals for each in after(index, query, "zh")[1]}
    words, wanted = DETAIL.index("words"), DETAIL.index("wanted")
    assert (found["三天左右。"][wanted], found["不收现金。"][wanted]) == (1.0, 0.0)
    assert found["三天左右。"][words] > found["不收现金。"][words] == 0


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ("能办吗", "能，周末也行。", "能，周末也行。"),
        ("weekends too?", "Yes, they count.", "Yes, they count."),
        ("那失败了呢？", "能，换一张卡。", "换一张卡。"),
        ("补要多久", "不用，三天就好。", "三天就好。"),
        ("and if it fails", "Yes, on any day.", "On any day."),
        ("can i buy what", "No. With C2 you can buy R1.", "With C2 you can buy R1."),
        ("谁来审", "会换人，由别人审。", "会换人，由别人审。"),
        ("how much", "No fee.", "No fee."),
    ],
)
def test_yes_and_no_are_for_those_who_asked_for_them(asked: str, answer: str, told: str) -> None:
    assert passages.to_the_point(asked, answer) == told


def test_lines_are_read_in_the_language_asked_for_or_the_one_there_is() -> None:
    wordings = {"zh": Wording("怎么收", (), "周末也收"), "en": Wording("what fee", (), "weekends too\nfirst one free")}
    index = Index([Entry("fee", 1, "fees", None, (), wordings), *ENTRIES[1:]], embed)
    assert set(lines(index, "weekends", "fee", "en")) == {"weekends too", "first one free"}
    assert lines(index, "weekends", "fee", "zh") == ["周末也收"]
    assert lines(index, "weekends", "withdrawal-time", "en")


def test_a_line_that_tells_what_is_wanted_is_known_as_such() -> None:
    index = Index([entry("fee", "fees", "手续费怎么收", answer="当天到账\n没有别的"), *ENTRIES[1:]], embed)
    query = index.read("要多久", after="fee")
    wanted = {line.text: line.signals[LINE.index("wanted")] for line in after(index, query, "zh")[0]}
    assert wanted == {"当天到账": 1.0, "没有别的": 0.0}


def test_the_threshold_is_the_lowest_with_enough_of_what_is_told_right() -> None:
    chances = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    rights = np.array([True, True, False, True, False])
    alike, lightly = np.ones(5), np.array([1, 1, 0.1, 1, 1])
    assert following_calibration.choose(chances, rights, alike) == 0.8
    assert following_calibration.choose(chances, ~rights, alike) == 1.0
    assert following_calibration.choose(chances, rights, lightly) == 0.6


def cases(kind: str, count: int, *, right: str) -> list[Case]:
    """Two articles, a line and nothing, of which one is right; the near line and the named article have their signal."""
    widths = [len(NAMES[part]) for part in ("article", "line", "detail", "nothing")]
    found = []
    for at in range(count):
        signals = np.random.default_rng(at).normal(scale=0.1, size=(4, sum(widths)))
        signals[:2, widths[0] :] = signals[2, : widths[0]] = signals[2, widths[0] + widths[1] :] = 0
        signals[3, : -widths[3]] = 0
        signals[:, SIGNALS.index("named")] = [at % 2, 1 - at % 2, 0, 0]
        signals[2, widths[0]] = signals[3, -widths[3]] = 1
        rights: Sequence[bool] = [
            right == "article" and at % 2 == 1,
            right == "article" and at % 2 == 0,
            right == "line",
            right == "nothing",
        ]
        found.append(Case(f"article-{at}", "zh", kind, signals, np.array(rights)))
    return found


def test_a_fit_weighs_what_tells_right_from_wrong() -> None:
    fitted = following_calibration.fit(
        [*cases("following", 60, right="article"), *cases("continuing", 60, right="line")]
    )
    assert fitted["weights"]["following"]["article"]["named"] > 1
    assert fitted["weights"]["continuing"]["line"]["always"] > fitted["weights"]["following"]["line"]["always"]
    assert fitted["figures"]["first_right"] == fitted["figures"]["right_when_told"] == 1.0
    assert fitted["figures"]["told_of_those"] > 0


def test_what_has_nothing_to_do_with_the_article_counts_less_and_in_figures_of_its_own() -> None:
    usual, other = cases("following", 40, right="article"), cases("continuing", 40, right="nothing")
    fitted = following_calibration.fit(
        [*usual, *cases("continuing", 20, right="line"), *(_lightly(case) for case in other)]
    )
    assert (fitted["figures"]["rows"], fitted["figures"]["otherwise"]) == (60, 40)


def _lightly(case: Case) -> Case:
    return Case(
        case.previous, case.language, case.kind, case.signals, case.rights, following_calibration.OTHERWISE_COUNTS
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_that_follows_has_weights_for_all_signals(language: str) -> None:
    for kind in following_calibration.KINDS:
        fitted = rules.following(language, kind)
        assert tuple(fitted.article) == SIGNALS
        assert (tuple(fitted.line), tuple(fitted.detail)) == (NAMES["line"], NAMES["detail"])
        assert tuple(fitted.nothing) == rules.NOTHING
        assert rules.LEAST < fitted.threshold < 1


@pytest.mark.parametrize(
    ("line", "wanted", "right"),
    [
        ("每天第一笔免费", "1. 每天第一笔**免费**", True),
        ("Free. Then 0.1 % of the amount.", "Then 0.1 % of the amount.", True),
        ("确认", "输入支付密码确认。", False),
        ("周末也收", None, False),
    ],
)
def test_a_line_answers_when_it_is_or_holds_what_was_wanted(line: str, wanted: str | None, right: bool) -> None:
    assert following_calibration.answers(line, wanted) is right
