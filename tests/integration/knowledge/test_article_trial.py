"""A draft is tried in chat before anyone reads it, its neighbours are shown, and what is published reaches every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.desk import Browser
from tests.integration.knowledge import library
from tests.integration.knowledge.test_article_pages import LIMIT, write
from tests.integration.promises.forms import filled
from ticketing.knowledge import retrieval, trial
from ticketing.knowledge.articles import content_of
from ticketing.knowledge.embedding import BUNDLED
from ticketing.knowledge.models import AnswerLog
from ticketing.knowledge.seed import ArticleContent
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

ANOTHER_PROCESS = Path(__file__).with_name("another_process.py")


def tried(browser: Browser, question: str, **changes: str) -> str:
    """What the trial beside the form says to a question."""
    browser.get(f"{LIMIT}/edit")
    sent = filled(browser.page, "article-form")
    for name, value in {**changes, "try.query": question}.items():
        sent.setlist(name.replace("_", ".", 1) if name[:3] == "zh_" else name, [value])
    browser.page = browser.http.post("/knowledge/try", data=sent).text
    return browser.words


def test_a_question_is_answered_from_the_draft_without_publishing(signed_in: Any, shelf: Database) -> None:
    words = tried(signed_in("chen"), "芝麻开门要多少钱", zh_question="芝麻开门要多少钱？", zh_answer="**一律** 免费。")
    assert "芝麻开门要多少钱 一律 免费。" in words
    assert "用这份草稿 直接回答" in words
    assert "现在线上 直接回答" not in words
    with shelf.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerLog)) == 0
        assert "20,000" in library.answer_of(session, "transfer-limit")


def test_the_trial_says_so_when_another_article_answers(signed_in: Any, shelf: Database) -> None:
    words = tried(signed_in("chen"), "提现手续费怎么收", zh_answer="随便转。")
    assert "答的是另一篇文章" in words
    assert "0.1%" in words


def test_without_question_and_answer_there_is_nothing_to_try(signed_in: Any, shelf: Database) -> None:
    assert "先把一种语言的标准问题和答案写好" in tried(signed_in("chen"), "转账", zh_answer="", **{"en.answer": ""})


def test_a_form_without_script_shows_the_trial_and_keeps_what_was_typed(signed_in: Any, shelf: Database) -> None:
    browser = signed_in("chen")
    answer = write(browser, LIMIT, "try", zh_answer="今日特惠限额。", **{"try.query": "转账限额是多少"})
    assert answer.status_code == 200
    assert "用这份草稿 直接回答" in browser.words
    assert filled(browser.page, "article-form")["zh.answer"] == "今日特惠限额。"


def test_an_asking_all_but_the_same_as_another_articles_is_pointed_out(shelf: Database, clock: FixedClock) -> None:
    with shelf.reading() as session:
        content = content_of(library.held(session, "points-expiry"))
        assert content.zh
        mixed = content.model_copy(
            update={"zh": content.zh.model_copy(update={"askings": ["提现手续费怎么收呀", "积分会清零吗"]})}
        )
        found = trial.neighbours(session, clock=clock, content=mixed, language="zh")
    assert (found[0].key, found[0].same, found[0].nearest) == ("withdrawal-fee", True, "提现手续费怎么收呀")


def test_the_article_page_shows_its_neighbours(signed_in: Any, shelf: Database) -> None:
    browser = signed_in("wu")
    browser.get(f"{LIMIT}/neighbours")
    assert "最接近的问法" in browser.words
    assert "提现手续费怎么收" in browser.words


def test_trying_a_draft_leaves_what_customers_are_answered_from(shelf: Database, clock: FixedClock) -> None:
    with shelf.reading() as session:
        before = retrieval.current(session, clock=clock, model=BUNDLED)
        draft = ArticleContent.model_validate(library.ARTICLES[0] | {"zh": None})
        assert trial.drafted(session, clock=clock, content=draft).entries != before.entries
        assert retrieval.current(session, clock=clock, model=BUNDLED).entries == before.entries


@pytest.fixture
def another_process(shelf: Database, clock: FixedClock) -> Iterator[subprocess.Popen[str]]:
    """A second web process's search: says what it answers to a question, again and again, until it is told to stop."""
    url = shelf.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, str(ANOTHER_PROCESS), url, "芝麻开门要多少钱"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_what_is_published_on_a_page_is_answered_by_another_process_within_seconds(
    signed_in: Any, shelf: Database, another_process: subprocess.Popen[str]
) -> None:
    said = another_process.stdout
    assert said is not None
    assert "芝麻" not in said.readline()
    lead = signed_in("li")
    assert (
        write(lead, LIMIT, "publish", zh_question="芝麻开门要多少钱？", zh_answer="芝麻开门免费。").status_code == 303
    )
    assert any("芝麻开门免费" in line for line in said)


def test_the_company_may_have_no_articles_at_all(signed_in: Any, company: Database) -> None:
    browser = signed_in("li")
    browser.get("/knowledge")
    assert "还没有文章" in browser.words
