"""The held-out sets of `nlu_data/evaluation` that its README describes: their form, their size, their articles."""

import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ticketing.knowledge import following_calibration, seed

FOLDER = Path(__file__).resolve().parents[3] / "nlu_data" / "evaluation"
FIELDS = {
    "knowledge": {"language", "text", "article"},
    "knowledge_outside": {"language", "text"},
    "knowledge_follow_ups": {"language", "text", "previous", "articles", "details"},
    "follow_ups": {"language", "text", "previous", "line", "articles", "details"},
    "passages": {"language", "text", "previous", "answered_by", "details"},
    "forbidden": {"language", "text", "forbidden"},
    "forbidden_fresh": {"language", "text", "forbidden"},
    "forbidden_third": {"language", "text", "forbidden"},
    "everyday": {"language", "text", "expected_kind", "expected_category", "forbidden"},
    "situations": {"language", "text", "expected_kind", "expected_category", "forbidden"},
    "dialogue_amounts": {"language", "text", "amount", "currency", "when"},
}

RULES = {"advice", "returns", "inside", "personal_data", "forgery", "evasion"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", FIELDS)
def test_every_row_has_the_fields_of_its_set_and_a_known_language(name: str) -> None:
    for row in rows(name):
        assert set(row) == FIELDS[name] | ({"rule"} if name.startswith("forbidden") and row["forbidden"] else set()), (
            row
        )
        assert row.get("rule") in {*RULES, None}, row
        assert row["language"] in {"zh", "en"}, row
        assert row["text"] == row["text"].strip() != "", row


def test_no_text_stands_twice_in_these_sets() -> None:
    seen = Counter(row["text"].casefold() for name in FIELDS for row in rows(name))
    assert [text for text, times in seen.items() if times > 1] == []


def test_every_article_is_asked_at_least_twice_in_each_of_its_languages() -> None:
    asked = Counter((row["article"], row["language"]) for row in rows("knowledge"))
    articles = {article.key: article for article in seed.read()}
    assert {key for key, _ in asked} <= set(articles)
    wanted = [(key, language) for key, article in articles.items() for language in article.texts]
    assert [pair for pair in wanted if asked[pair] < 2] == []


def test_held_out_questions_are_not_the_askings_of_the_articles() -> None:
    """Short questions meet by chance; more than one in fifty would mean that one side was copied from the other."""
    askings = {line.casefold() for article in seed.read() for text in article.texts.values() for line in text.askings}
    met = sum(row["text"].casefold() in askings for row in rows("knowledge"))
    assert met <= len(rows("knowledge")) / 50


def test_what_follows_an_answer_names_articles_lines_and_details_and_was_not_calibrated_on() -> None:
    entries = {article.key: article.entry() for article in seed.read()}
    fitted = following_calibration.read()
    known = {(row["previous"], row["text"].casefold()) for row in fitted}
    for name in ("knowledge_follow_ups", "follow_ups"):
        answered = Counter(bool(row["articles"] or row.get("line") or row.get("details")) for row in rows(name))
        assert answered[False] >= 30
        assert [row for row in rows(name) if (row["previous"], row["text"].casefold()) in known] == []
    for row in [*fitted, *rows("knowledge_follow_ups"), *rows("follow_ups")]:
        assert {row["previous"], *row["articles"]} <= set(entries), row
        if row.get("line"):
            assert row["line"] in entries[row["previous"]].lines_by_language()[row["language"]], row
    for row in [*fitted, *rows("knowledge_follow_ups"), *rows("follow_ups"), *rows("passages")]:
        known_details = {each.answer for each in entries[row["previous"]].wordings[row["language"]].details}
        assert set(row["details"]) <= known_details, row


@pytest.mark.parametrize("name", ["forbidden", "forbidden_fresh", "forbidden_third"])
def test_what_must_be_refused_and_its_allowed_likeness_are_equally_many(name: str) -> None:
    marks = Counter((row["language"], row["forbidden"]) for row in rows(name))
    assert marks["zh", True] == marks["zh", False]
    assert marks["en", True] == marks["en", False]
    assert set(marks) == {("zh", True), ("zh", False), ("en", True), ("en", False)}


def test_amounts_have_two_decimals_and_a_currency_or_neither() -> None:
    for row in rows("dialogue_amounts"):
        assert (row["amount"] is None) == (row["currency"] is None), row
        if row["amount"] is not None:
            assert Decimal(row["amount"]).as_tuple().exponent == -2, row
            assert row["currency"] in {"CNY", "USD", "HKD"}, row


def test_a_time_is_a_date_or_a_local_minute() -> None:
    for row in rows("dialogue_amounts"):
        match row["when"]:
            case None:
                pass
            case str(day) if len(day) == len("2026-11-26"):
                date.fromisoformat(day)
            case minute:
                assert datetime.fromisoformat(minute).strftime("%Y-%m-%dT%H:%M") == minute, row
