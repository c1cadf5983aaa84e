"""An article is tried in chat, published on its page, and answered from in the widget seconds later, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.host import Host
from tests.e2e.pages.articles import Articles
from tests.e2e.people import People

PATIENCE_MS = 60_000
ATTEMPTS = 3
"""On busy cores the articles as they were are searched until the new index is built."""


@dataclass(frozen=True)
class Words:
    language: str
    search: str
    title: str
    question: str
    asked: str
    answer: str
    promise: str


ZH = Words(
    "zh", "积分", "积分能提现或转给别人吗？", "积分能捐给公益项目吗", "积分能捐给公益项目吗？", "可以：在“积分商城 › 公益”里选择项目捐出。", "保本保息，放心。",
)  # fmt: skip
EN = Words(
    "en", "points", "Can I turn points into cash or give them to someone?", "can I donate my points to charity", "Can I donate my points to charity?",
    "Yes: choose a project under Points shop › Charity.", "Your returns are guaranteed.",
)  # fmt: skip


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_an_article_is_tried_published_and_answered_from(people: People, shop: Host, words: Words) -> None:
    articles = Articles(people.staff("zhao.min", words.language).page, people.base)
    articles.find(words.search, words.title).edit()
    articles.write(f"{words.language}.answer", words.promise).press("publish")
    expect(articles.problems).to_have_count(1)
    articles.write(f"{words.language}.answer", words.answer).write(f"{words.language}.question", words.asked)
    expect(articles.ask(words.question)).to_contain_text(words.answer, timeout=PATIENCE_MS)
    articles.press("publish").saved()
    expect(articles.page.locator(".wording-answer").filter(has_text=words.answer)).to_be_visible()
    articles.page.wait_for_timeout(3_000)  # the assistant's searches notice a change within two seconds
    customer = people.customer(shop, words.language)
    for left in reversed(range(ATTEMPTS)):
        try:
            customer.say(words.question).hears(words.answer)
            break
        except AssertionError:
            if not left:
                raise
