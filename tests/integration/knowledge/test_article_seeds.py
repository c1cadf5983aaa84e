"""What people have written is never overwritten by the seed files that come with an update."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.knowledge.library import ARTICLES, answer_of, held
from ticketing.knowledge import drafts, exchange, service
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.service import Counts
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff

Load = Callable[..., Counts]
CHANGED = "手续费规则已更新。"


@pytest.fixture
def load(company: Database, clock: FixedClock, tmp_path: Path) -> Load:
    """Load the seed files as an update brings them, with the withdrawal fee's answer as said."""

    def loaded(answer: str = "", *, without: str = "") -> Counts:
        contents = [ArticleContent.model_validate(raw) for raw in ARTICLES if raw["key"] != without]
        for content in contents:
            if answer and content.key == "withdrawal-fee" and content.zh:
                content.zh.answer = answer
        (tmp_path / "seed.yml").write_text(exchange.as_yaml(contents), encoding="utf-8")
        with company.transaction() as session:
            return service.load_articles(session, clock=clock, folder=tmp_path)

    return loaded


@pytest.fixture
def editor(company: Database) -> Actor:
    with company.reading() as session:
        return Actor(kind="staff", id=session.query(Staff).filter_by(login="li").one().id, role="team_lead")


def draft(database: Database, clock: FixedClock, editor: Actor, answer: str) -> int:
    """Somebody begins to change the withdrawal fee; gives the draft's revision."""
    with database.transaction() as session:
        article = held(session, "withdrawal-fee")
        content = drafts.present(article)
        content.zh.answer = answer
        revision = article.draft.revision if article.draft else 0
        return drafts.save(
            session, clock=clock, actor=editor, content=content, version=article.version, revision=revision
        ).revision


def publish(database: Database, clock: FixedClock, editor: Actor, revision: int) -> None:
    with database.transaction() as session:
        drafts.publish(session, clock=clock, actor=editor, key="withdrawal-fee", revision=revision)


def answer(database: Database) -> str:
    with database.reading() as session:
        return answer_of(session, "withdrawal-fee")


def test_an_article_that_nobody_touched_follows_the_files(load: Load, company: Database) -> None:
    assert load() == Counts(added=4)
    assert load(CHANGED) == Counts(updated=1, unchanged=3)
    assert answer(company) == CHANGED


def test_an_article_that_people_published_is_kept(
    load: Load, company: Database, clock: FixedClock, editor: Actor
) -> None:
    load()
    publish(company, clock, editor, draft(company, clock, editor, "人工修改。"))
    assert load(CHANGED) == Counts(kept=1, unchanged=3)
    assert answer(company) == "人工修改。"


def test_an_article_that_people_brought_back_to_the_files_text_follows_them_again(
    load: Load, company: Database, clock: FixedClock, editor: Actor
) -> None:
    load()
    original = answer(company)
    publish(company, clock, editor, draft(company, clock, editor, "人工修改。"))
    publish(company, clock, editor, draft(company, clock, editor, original))
    assert load(CHANGED).updated == 1


def test_a_draft_is_kept_and_has_to_be_looked_at_again_before_it_is_published(
    load: Load, company: Database, clock: FixedClock, editor: Actor
) -> None:
    load()
    revision = draft(company, clock, editor, "草稿里的答案。")
    assert load(CHANGED).updated == 1
    with pytest.raises(DomainError, match="article_changed_meanwhile"):
        publish(company, clock, editor, revision)
    publish(company, clock, editor, draft(company, clock, editor, "看过新规则后的答案。"))
    assert answer(company) == "看过新规则后的答案。"


def test_a_retired_article_stays_retired(load: Load, company: Database, clock: FixedClock, editor: Actor) -> None:
    load()
    with company.transaction() as session:
        drafts.retire(session, clock=clock, actor=editor, key="withdrawal-fee", version=1)
    assert load(CHANGED).kept == 1
    with company.reading() as session:
        assert held(session, "withdrawal-fee").status == "retired"


def test_a_key_that_somebody_is_writing_under_is_left_to_them(
    load: Load, company: Database, clock: FixedClock, editor: Actor
) -> None:
    load(without="points-expiry")
    with company.transaction() as session:
        content = drafts.DraftContent(key="points-expiry", topic="points")
        drafts.save(session, clock=clock, actor=editor, content=content, version=None, revision=0)
    assert load().kept == 1
    with company.reading() as session:
        assert held(session, "points-expiry").status == "draft"


def test_articles_loaded_before_staff_could_search_them_are_found_after_the_next_load(
    load: Load, company: Database
) -> None:
    load()
    with company.transaction() as session:
        held(session, "withdrawal-fee").search_text = ""
    load()
    with company.reading() as session:
        assert "手续费" in held(session, "withdrawal-fee").search_text


def test_the_command_that_make_run_uses_loads_them(load: Load, company: Database, tmp_path: Path) -> None:
    load()
    (tmp_path / "more.yml").write_text(
        "- {key: one-more, topic: points, zh: {question: 积分能换什么？, answer: 可以换话费。}}", encoding="utf-8"
    )
    url = company.engine.url.render_as_string(hide_password=False)
    secrets = {"KESU_SECRET_KEY": "s" * 40, "KESU_DATA_KEYS": f"1:{'a2tr' * 10}a2s=", "KESU_BOT_SECRET": "b" * 40}
    root = str(Path.cwd())
    said = subprocess.run(
        [sys.executable, "-m", "ticketing.knowledge", "load", "--folder", str(tmp_path)],
        env={**os.environ, **secrets, "KESU_DATABASE_URL": url, "PYTHONPATH": root}, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 articles added" in said.stdout, said.stderr
