"""The articles in ``nlu_data/knowledge`` are complete, and each question has one right article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import yaml

from ticketing.knowledge import seed
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.text import normalise

LEAST_ARTICLES, LEAST_ASKINGS, LEAST_DETAILS = 150, 14, 5
LONGEST_DETAIL = {"zh": 75, "en": 200}
RISKY = {"wealth", "fund", "insurance", "consumer_loan", "business_loan", "credit_card"}
SKILLS = {"open_complaint", "ask_ticket_status", "talk_to_person"}
UTTERANCES = seed.FOLDER.parent / "utterances"


@cache
def articles() -> tuple[ArticleContent, ...]:
    return tuple(seed.read())


def folded(text: str) -> str:
    """Case, width, script, spaces and punctuation do not make another sentence."""
    return normalise(text).replace(" ", "")


def owners() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for article in articles():
        for text in article.texts.values():
            for asking in (text.question, *text.askings):
                found[folded(asking)].append(f"{article.key}: {asking}")
    return found


def utterances() -> Iterator[tuple[str, str]]:
    """Every training sentence of an intent other than asking a question."""
    for path in UTTERANCES.glob("*/*.yml"):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            examples = block["examples"]
            lines = [line.removeprefix("- ") for line in examples.splitlines()] if isinstance(examples, str) else None
            if block["intent"] != "ask_question":
                yield from ((block["intent"], line) for line in lines or [item["text"] for item in examples])


def test_there_are_enough_articles_in_both_languages() -> None:
    assert len(articles()) >= LEAST_ARTICLES
    assert [article.key for article in articles() if set(article.texts) != {"zh", "en"}] == []


def test_every_article_is_asked_in_enough_ways_in_both_languages() -> None:
    few = {
        f"{article.key}/{language}": len(text.askings)
        for article in articles()
        for language, text in article.texts.items()
        if len(text.askings) < LEAST_ASKINGS
    }
    assert few == {}


def test_every_article_has_details_and_the_same_ones_in_both_languages() -> None:
    counts = {a.key: [len(text.details) for text in a.texts.values()] for a in articles()}
    assert {key: found for key, found in counts.items() if len(set(found)) > 1 or min(found) < LEAST_DETAILS} == {}


def test_a_detail_is_asked_in_three_ways_and_answered_shortly() -> None:
    for article in articles():
        for language, text in article.texts.items():
            for detail in text.details:
                assert len(detail.asked) >= 3, (article.key, detail)
                assert "\n" not in detail.answer, (article.key, detail)
                assert len(detail.answer) <= LONGEST_DETAIL[language], (article.key, detail)


def test_no_asking_belongs_to_two_articles_or_stands_twice() -> None:
    assert [where for where in owners().values() if len(where) > 1] == []


def test_no_asking_is_a_sentence_of_another_intent() -> None:
    asked = owners()
    assert [(intent, line) for intent, line in utterances() if folded(line) in asked] == []


def test_articles_about_products_carry_a_risk_notice_in_both_languages() -> None:
    named = [article for article in articles() if RISKY & set(article.products)]
    assert named
    assert [a.key for a in named if not all(text.risk_notice for text in a.texts.values())] == []
    assert [a.key for a in articles() if len({bool(text.risk_notice) for text in a.texts.values()}) > 1] == []


def test_follow_ups_lead_to_other_articles_and_skills_exist() -> None:
    keys = {article.key for article in articles()}
    astray = {a.key: a.follow_ups for a in articles() if not a.follow_ups or not set(a.follow_ups) <= keys - {a.key}}
    assert astray == {}
    assert [a.key for a in articles() if a.skill not in SKILLS | {None}] == []
