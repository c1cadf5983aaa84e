"""What customers ask next: stored, typed, shown, tried, found, and carried by files."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from tests.desk import Browser
from tests.integration.knowledge.library import ARTICLES, held
from tests.integration.knowledge.test_article_exchange import exported, upload
from tests.integration.knowledge.test_article_pages import LIMIT, press, write
from tests.integration.promises.forms import filled
from ticketing.knowledge import retrieval, service, trial
from ticketing.knowledge.articles import content_of
from ticketing.knowledge.embedding import BUNDLED
from ticketing.knowledge.entries import Detail
from ticketing.knowledge.models import ArticleVersion
from ticketing.knowledge.seed import ArticleContent, DetailContent
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.search import showing

FEE = "/knowledge/articles/withdrawal-fee"
FEE_CONTENT = ArticleContent.model_validate(next(raw for raw in ARTICLES if raw["key"] == "withdrawal-fee"))
TYPED = "下个月会重新算吗 / 额度每月清零吗\n会，免费额度每月 1 日重新计算。\n\n周末也收吗\n周末和工作日的收费标准相同。"
UNFINISHED = "收费吗 / 要不要手续费\n\n周末呢\n周末一样。\n节假日也一样。\n\n最后一个"


def asked(database: Database, key: str) -> list[list[str]]:
    """The wordings of an article's Chinese details, as stored."""
    with database.reading() as session:
        text = content_of(held(session, key)).zh
        return [each.asked for each in text.details] if text else []


def at_field(browser: Browser, name: str) -> str:
    """What is told beside a field."""
    area = re.search(rf'<textarea[^>]*id="f-{name}"[^>]*aria-describedby="([^"]*)"', browser.page)
    assert area is not None
    told = re.search(rf'<div id="p-{name}">(.*?)</div>', browser.page, re.DOTALL)
    assert told is None or f"p-{name}" in area[1].split()
    return unescape(told[1]) if told else ""


def test_details_are_stored_and_read_as_they_were_written(shelf: Database, clock: FixedClock) -> None:
    with shelf.reading() as session:
        article = held(session, "withdrawal-fee")
        assert content_of(article) == FEE_CONTENT
        entry = next(each for each in retrieval.entries(session) if each.key == article.key)
        assert entry.wordings == FEE_CONTENT.entry().wordings
        assert entry.wordings["zh"].details[1] == Detail(("周末也收吗",), "周末和工作日的收费标准相同。")
        version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == article.id)).one()
        assert version.content["en"]["details"][0]["asked"] == ["does it reset", "is it per month"]


def test_an_article_tried_as_it_stands_needs_no_index_of_its_own(shelf: Database, clock: FixedClock) -> None:
    with shelf.reading() as session:
        today = retrieval.current(session, clock=clock, model=BUNDLED)
        assert trial.drafted(session, clock=clock, content=FEE_CONTENT) is today


def test_an_article_loaded_before_there_were_details_gets_those_of_the_files(
    company: Database, clock: FixedClock, tmp_path: Path
) -> None:
    raw = dict(ARTICLES[0])
    with company.transaction() as session:
        service.save_article(session, clock=clock, actor=SYSTEM, content=ArticleContent.model_validate(raw))
        # As the program before wrote it.
        held(session, "transfer-limit").source_hash = "f2709812d0079b27dc90b589d67cab70041f67292e6500eefda647c3b6eec612"
    raw["zh"] = {**raw["zh"], "details": [{"asked": ["能提高吗"], "answer": "可以在安全中心申请。"}]}
    (tmp_path / "transfers.yml").write_text(yaml.safe_dump([raw], allow_unicode=True), encoding="utf-8")
    with company.transaction() as session:
        assert service.load_articles(session, clock=clock, folder=tmp_path) == service.Counts(updated=1)
    assert asked(company, "transfer-limit") == [["能提高吗"]]


def test_the_form_shows_details_as_they_are_typed_and_saving_it_changes_nothing(
    signed_in: Any, shelf: Database
) -> None:
    lead = signed_in("li")
    lead.get(f"{FEE}/edit")
    assert filled(lead.page, "article-form")["zh.details"] == TYPED
    assert press(lead, f"{FEE}/edit", "publish").status_code == 303
    with shelf.reading() as session:
        article = held(session, "withdrawal-fee")
        assert article.version == 2
        assert content_of(article) == FEE_CONTENT


@pytest.mark.parametrize("do", ["try", "submit", "save"])
def test_unfinished_details_come_back_as_they_were_typed(signed_in: Any, shelf: Database, do: str) -> None:
    lead = signed_in("li")
    answer = write(lead, LIMIT, do, zh_details=UNFINISHED)
    assert answer.status_code == {"try": 200, "submit": 422, "save": 303}[do]
    if do == "save":
        lead.get(f"{LIMIT}/edit")
    assert filled(lead.page, "article-form")["zh.details"] == UNFINISHED


def test_what_is_wrong_with_a_detail_is_told_beside_its_field(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    assert write(lead, LIMIT, "submit", zh_details="安全吗\n绝对安全。", en_details="is it free").status_code == 422
    assert "“绝对安全”是对收益或安全的承诺" in at_field(lead, "zh.details")
    assert "“is it free”还没有回答" in at_field(lead, "en.details")
    assert at_field(lead, "zh.answer") == ""
    lead.get(f"{LIMIT}/edit?lang=en")
    assert press(lead, f"{LIMIT}/edit", "submit", en_details="is it free\nYes.\n\nIs it free?\nNo.").status_code == 422
    assert "“Is it free?” stands here twice." in at_field(lead, "en.details")
    assert "0 of these in Chinese and 2 in English" in at_field(lead, "zh.details")


def test_the_article_page_shows_them_in_both_languages(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    lead.get(FEE)
    assert "2 个追问 下个月会重新算吗 额度每月清零吗 会，免费额度每月 1 日重新计算。" in lead.words
    lead.get(f"{FEE}?lang=en")
    assert "2 follow-up questions does it reset is it per month Yes. The free amount starts anew" in lead.words
    shown = re.findall(r'<dl class="asked-next" lang="([^"]+)">\s*<div>\s*(<dt>.*?</dd>)', lead.page, re.DOTALL)
    assert [(lang, group.count("<dt>"), group.count("<dd")) for lang, group in shown] == [("zh-CN", 2, 1), ("en", 2, 1)]
    lead.get(LIMIT)
    assert "asked-next" not in lead.page


def test_published_details_are_in_the_history_with_what_changed(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    changed = TYPED.replace("1 日", "2 日")
    assert write(lead, FEE, "save", zh_details=changed).status_code == 303
    lead.get(FEE)
    assert "中文 · 追问与回答" in lead.words
    assert lead.submit(f"{FEE}/publish").status_code == 303
    lead.get(f"{FEE}/history")
    assert "下个月会重新算吗 / 额度每月清零吗\n会，免费额度每月 <del>" in lead.page
    assert '<ins><span class="visually-hidden">新增：</span>2</ins> 日重新计算。' in lead.page
    assert lead.submit(f"{FEE}/restore").status_code == 303
    lead.get(f"{FEE}/edit")
    assert filled(lead.page, "article-form")["zh.details"] == TYPED


def test_details_that_came_meanwhile_are_in_the_form_and_those_taken_out_of_the_draft_stay_out(
    signed_in: Any, shelf: Database, clock: FixedClock
) -> None:
    lead = signed_in("li")
    write(lead, FEE, "save", zh_details="周末也收吗\n周末免费。")
    with shelf.transaction() as session:
        content = FEE_CONTENT.model_copy(deep=True)
        assert content.zh
        content.zh.details.append(DetailContent(asked=["最低收多少"], answer="最低 0.01 元。"))
        service.save_article(session, clock=clock, actor=SYSTEM, content=content)
    lead.get(f"{FEE}/edit")
    assert "新增的问法和追问已并入" in lead.words
    assert filled(lead.page, "article-form")["zh.details"] == "周末也收吗\n周末免费。\n\n最低收多少\n最低 0.01 元。"


def test_drafts_and_versions_of_before_there_were_details_are_read(
    signed_in: Any, shelf: Database, clock: FixedClock
) -> None:
    lead = signed_in("li")
    write(lead, LIMIT, "save", zh_answer="单笔最高 80,000 元。")
    with shelf.transaction() as session:
        article = held(session, "transfer-limit")
        version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == article.id)).one()
        assert article.draft is not None
        for row in (article.draft, version):
            row.content = {
                name: {part: said for part, said in value.items() if part != "details"}
                if name in ("zh", "en")
                else value
                for name, value in row.content.items()
            }
    with shelf.transaction() as session:
        content = content_of(held(session, "transfer-limit"))
        service.save_article(session, clock=clock, actor=SYSTEM, content=content)
    for page in (LIMIT, f"{LIMIT}/history", f"{LIMIT}/edit"):
        assert lead.get(page).status_code == 200
    assert press(lead, f"{LIMIT}/edit", "publish").status_code == 303
    assert asked(shelf, "transfer-limit") == []


def test_a_draft_with_an_unfinished_detail_can_be_tried(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    answer = write(lead, LIMIT, "try", zh_details=UNFINISHED, **{"try.query": "转账限额是多少"})
    assert answer.status_code == 200
    assert "用这份草稿 直接回答" in lead.words


def test_the_longest_details_in_both_languages_can_be_sent(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    wordings = ["{:02}" + f"{at}{'长' * 117}" for at in range(8)]
    longest = "\n\n".join(" / ".join(wordings).format(*[at] * 8) + "\n" + "长" * 300 for at in range(20))
    askings = "\n".join(f"{at:03}{'问' * 197}" for at in range(80))
    changes = {"zh_askings": askings, "en_askings": askings, "zh_details": longest, "en_details": longest}
    answers = {"zh_answer": "长" * 2000, "en_answer": "长" * 2000}
    assert write(lead, LIMIT, "save", **changes, **answers).status_code == 303
    lead.get(LIMIT)
    with shelf.reading() as session:
        draft = held(session, "transfer-limit").draft
        assert draft is not None
        assert [len(draft.content[name]["details"]) for name in ("zh", "en")] == [20, 20]


@pytest.mark.parametrize("kind", ["yml", "csv"])
def test_details_go_out_to_files_and_come_back_changed(signed_in: Any, shelf: Database, kind: str) -> None:
    boss = signed_in("zhao")
    table = exported(boss, kind)
    assert table.count("额度每月清零吗") == 1
    report = upload(boss, f"a.{kind}", table.replace("额度每月清零吗", "=每月清零").replace("1 日重新", "3 日重新"))
    assert "改动 1 相同 3" in boss.words
    assert "中文 · 追问与回答" in boss.words
    assert boss.submit(report).status_code == 303
    with shelf.reading() as session:
        text = content_of(held(session, "withdrawal-fee")).zh
        assert text
        assert [(each.asked, each.answer) for each in text.details] == [
            (["下个月会重新算吗", "=每月清零"], "会，免费额度每月 3 日重新计算。"),
            (["周末也收吗"], "周末和工作日的收费标准相同。"),
        ]


def test_a_file_without_details_takes_them_away_and_says_so(signed_in: Any, shelf: Database) -> None:
    boss = signed_in("zhao")
    rows = yaml.safe_load(exported(boss))
    for row in rows:
        for language in ("zh", "en"):
            (row[language] or {}).pop("details", None)
    report = upload(boss, "a.yml", yaml.safe_dump(rows))
    assert "改动 1 相同 3" in boss.words
    assert "删除： 周末也收吗 周末和工作日的收费标准相同。" in boss.words
    boss.submit(report)
    assert asked(shelf, "withdrawal-fee") == []


def test_a_file_with_an_unfinished_detail_is_refused_at_its_row(signed_in: Any, shelf: Database) -> None:
    boss = signed_in("zhao")
    rows = yaml.safe_load(exported(boss))
    fee, limit = (next(row for row in rows if row["key"] == key) for key in ("withdrawal-fee", "transfer-limit"))
    fee["zh"]["details"][0]["asked"] = None
    limit["zh"]["details"] = [{"asked": ["能提高吗"], "answer": None}, {"asked": [" "]}]
    upload(boss, "a.yml", yaml.safe_dump(rows))
    assert "相同 2 拒绝 2" in boss.words
    assert "回答“会，免费额度每月 1 日重新计算。”前面缺少问法" in boss.words
    assert boss.words.count("还没有回答") == 1


def test_an_article_is_found_by_what_is_asked_next(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    lead.get("/knowledge?q=每月清零")
    assert "共 1 篇" in lead.words
    with shelf.reading() as session:
        article = held(session, "withdrawal-fee")
        (by_wording,) = showing.shown(session, "article", [article.id], ["清零"])
        (by_answer,) = showing.shown(session, "article", [article.id], ["工作日"])
    assert ("清零", True) in by_wording.text
    assert ("工作日", True) in by_answer.text


def test_an_article_is_found_by_what_its_draft_says_of_details(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    write(lead, LIMIT, "save", zh_details="芝麻开门可以吗")
    lead.get("/knowledge?q=芝麻开门")
    assert "共 1 篇" in lead.words
