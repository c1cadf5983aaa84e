"""Articles go out to files and come back; a look before, one transaction, and nothing the second time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from tests.desk import Browser
from tests.integration.knowledge.library import answer_of, held
from ticketing.knowledge import exchange, seed
from ticketing.knowledge.models import Article, ArticleVersion
from ticketing.platform.db import Database

FORM = "/knowledge/import"


def upload(browser: Browser, name: str, body: str | bytes) -> str:
    """Upload a file; gives the address of its report."""
    browser.get(FORM)
    raw = body.encode() if isinstance(body, str) else body
    token = browser.page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.http.post(FORM, data={"csrf_token": token, "file": (io.BytesIO(raw), name)})
    if answer.status_code != 303:
        browser.page = answer.text
        return ""
    browser.get(answer.location)
    return str(answer.location)


def exported(browser: Browser, kind: str = "yml") -> str:
    answer = browser.get(f"/knowledge/export.{kind}")
    assert answer.status_code == 200
    return answer.data.decode("utf-8-sig")


def edited(text: str, key: str, **fields: str) -> list[dict[str, Any]]:
    rows = yaml.safe_load(text)
    next(row for row in rows if row["key"] == key)["zh"].update(fields)
    return list(rows)


@pytest.fixture
def boss(signed_in: Any, shelf: Database) -> Browser:
    browser: Browser = signed_in("zhao")
    return browser


def test_what_is_exported_is_read_as_seed_files_are(boss: Browser, shelf: Database, tmp_path: Path) -> None:
    (tmp_path / "all.yml").write_text(exported(boss), encoding="utf-8")
    with shelf.reading() as session:
        assert seed.read(tmp_path) == exchange.published(session)


@pytest.mark.parametrize("kind", ["yml", "csv"])
def test_taking_the_export_in_again_changes_nothing(boss: Browser, shelf: Database, kind: str) -> None:
    upload(boss, f"all.{kind}", exported(boss, kind))
    assert "新增 0 改动 0 相同 4 拒绝 0" in boss.words
    assert "没有可以导入的内容" in boss.words


def test_a_spreadsheet_never_calculates_a_cell(boss: Browser, shelf: Database) -> None:
    rows = edited(exported(boss), "transfer-limit", question="=HYPERLINK(转账)", answer="-1 到 +2 @公司")
    report = upload(boss, "all.yml", yaml.safe_dump(rows))
    assert boss.submit(report).status_code == 303
    table = exported(boss, "csv")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    upload(boss, "all.csv", table)
    assert "相同 4" in boss.words


def test_the_report_says_what_each_row_does_before_anything_is_written(boss: Browser, shelf: Database) -> None:
    rows = edited(exported(boss), "withdrawal-fee", answer="一律免费。")
    next(row for row in rows if row["key"] == "transfer-limit")["zh"]["askings"] = ["理财会不会亏钱"]
    rows += [
        {"key": "new-one", "topic": "fees", "zh": {"question": "发票怎么开？", "answer": "在“我的 - 发票”里开。"}},
        {"key": "bad-one", "topic": "fees", "zh": {"question": "保本吗？", "answer": "放心，保本。"}},
        {"key": "odd one", "topic": "fees", "zh": {"question": "奇怪的编号", "answer": "好。"}},
        {"key": "shapeless", "zh": ["?"]},
    ]
    upload(boss, "articles.yml", yaml.safe_dump(rows, allow_unicode=True))
    assert "新增 1 改动 1 相同 2 拒绝 4" in boss.words
    for told in (
        "“保本”是对收益或安全的承诺",
        "已是另一篇文章（wealth-risk）的问法",
        "编号只能由小写字母",
        "这一条的格式不对（zh）",
    ):
        assert told in boss.words
    with shelf.reading() as session:
        assert "免费，超出" in answer_of(session, "withdrawal-fee")
        assert session.scalar(select(func.count()).select_from(Article)) == 4


def test_an_import_is_taken_in_once_and_only_as_shown(boss: Browser, shelf: Database) -> None:
    rows = edited(exported(boss), "withdrawal-fee", answer="一律免费。")
    rows = [row for row in rows if row["key"] != "wealth-risk"]
    report = upload(boss, "articles.yml", yaml.safe_dump(rows))
    shown = boss.page
    assert boss.submit(report).status_code == 303
    boss.get(report)
    assert "已于" in boss.words
    assert "相同 3" in boss.words
    boss.page = shown
    assert boss.submit(report).status_code == 409
    with shelf.reading() as session:
        assert answer_of(session, "withdrawal-fee") == "一律免费。"
        assert session.scalar(select(func.count()).select_from(ArticleVersion)) == 5


def test_a_report_that_is_no_longer_true_takes_nothing_in(boss: Browser, signed_in: Any, shelf: Database) -> None:
    report = upload(boss, "a.yml", yaml.safe_dump(edited(exported(boss), "withdrawal-fee", answer="一律免费。")))
    lead = signed_in("li")
    lead.get("/knowledge/articles/withdrawal-fee")
    lead.submit("/knowledge/articles/withdrawal-fee/retire")
    answer = boss.submit(report)
    assert answer.status_code == 409
    assert "会与刚才看到的不同" in boss.words
    assert "这篇文章已停用" in boss.words
    with shelf.reading() as session:
        assert "免费，超出" in answer_of(session, "withdrawal-fee")


def test_an_imported_text_with_risks_waits_for_a_second_person(boss: Browser, shelf: Database) -> None:
    rows = edited(exported(boss), "wealth-risk", answer="不保本，可能亏损。")
    report = upload(boss, "articles.yml", yaml.safe_dump(rows))
    assert "成为待审核草稿" in boss.words
    boss.submit(report)
    with shelf.reading() as session:
        article = held(session, "wealth-risk")
        assert article.draft is not None
        assert article.draft.submitted_at is not None
        assert "净值会有涨跌" in answer_of(session, "wealth-risk")
    upload(boss, "articles.yml", yaml.safe_dump(rows))
    assert "相同 4" in boss.words


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.yml", "- &a [x]\n- *a"), ("a.yml", "- [unclosed"), ("a.yml", "just text"), ("a.csv", "question;answer\n1;2\n"), ("a.yml", b"\xff\xfe\x00\x81"), ("a.yml", "[]")],
)  # fmt: skip
def test_a_file_that_is_none_of_ours_is_refused_with_a_reason(boss: Browser, name: str, body: str | bytes) -> None:
    assert upload(boss, name, body) == ""
    assert "读不出这个文件" in boss.words


def test_a_table_saved_by_a_chinese_spreadsheet_is_read(boss: Browser, shelf: Database) -> None:
    table = exported(boss, "csv").replace("积分自获得之日起两年内有效。", "积分三年内有效。")
    report = upload(boss, "导出.csv", table.encode("gb18030"))
    assert "改动 1" in boss.words
    boss.submit(report)
    with shelf.reading() as session:
        assert answer_of(session, "points-expiry") == "积分三年内有效。"


def test_a_large_file_may_be_uploaded(boss: Browser, shelf: Database) -> None:
    large = exchange.as_yaml(seed.read()[:120])
    assert len(large.encode()) > 300_000
    upload(boss, "all.yml", large)
    assert "导入检查" in boss.words
