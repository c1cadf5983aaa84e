"""Articles are written, approved and published on pages, and customers get the new text."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.desk import Browser
from tests.integration.knowledge.library import RISK, answer_of, held
from tests.integration.promises.forms import filled
from ticketing.audit.models import AuditEntry
from ticketing.knowledge import service
from ticketing.knowledge.articles import content_of
from ticketing.knowledge.models import AnswerLog
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

LIMIT = "/knowledge/articles/transfer-limit"
RISKY = "/knowledge/articles/wealth-risk"


def write(browser: Browser, path: str, do: str, **changes: str) -> Any:
    """Open the form, change fields (``zh_answer`` for ``zh.answer``) and press a button."""
    assert browser.get(f"{path}/edit").status_code == 200
    return press(browser, f"{path}/edit", do, **changes)


def press(browser: Browser, path: str, do: str, **changes: str) -> Any:
    sent = filled(browser.page, "article-form")
    for name, value in changes.items():
        sent.setlist(name.replace("_", ".", 1) if name[:3] in ("zh_", "en_") else name, [value])
    sent.setlist("do", [do])
    answer = browser.http.post(path, data=sent)
    if answer.mimetype == "text/html":
        browser.page = answer.text
    return answer


def ask(database: Database, clock: FixedClock, question: str) -> service.SearchResult:
    clock.advance(seconds=3)
    with database.transaction() as session:
        return service.search(session, clock=clock, query=question, language="zh")


def test_a_draft_changes_nothing_for_customers_until_it_is_published(
    signed_in: Any, shelf: Database, clock: FixedClock
) -> None:
    lead = signed_in("li")
    assert write(lead, LIMIT, "save", zh_answer="单笔最高 80,000 元。", note="限额上调").status_code == 303
    lead.get(LIMIT)
    assert "80,000" in lead.words
    assert "限额上调" in lead.words
    assert "20,000" in ask(shelf, clock, "转账限额是多少").results[0].answer
    assert lead.submit(f"{LIMIT}/publish").status_code == 303
    found = ask(shelf, clock, "转账限额是多少").results[0]
    assert (found.version, found.answer) == (2, "单笔最高 80,000 元。")


def test_what_states_risks_needs_a_second_person(signed_in: Any, shelf: Database, clock: FixedClock) -> None:
    lead = signed_in("li")
    assert write(lead, RISKY, "publish", zh_answer="可能亏损，不保本。").status_code == 403
    assert write(lead, RISKY, "submit", zh_answer="可能亏损，不保本。").status_code == 303
    lead.get(RISKY)
    assert "需要另一位同事审核发布" in lead.words
    assert lead.post(f"{RISKY}/publish", revision="2").status_code == 403
    compliance = signed_in("sun")
    compliance.get("/knowledge?state=submitted")
    assert "理财产品会亏本吗" in compliance.words
    compliance.get(RISKY)
    assert compliance.submit(f"{RISKY}/publish").status_code == 303
    with shelf.reading() as session:
        assert answer_of(session, "wealth-risk") == "可能亏损，不保本。"
        codes = session.scalars(select(StaffNotice.code).order_by(StaffNotice.id)).all()
    assert codes == ["article_submitted", "article_published"]
    compliance.get(f"{RISKY}/history")
    assert "Li" in compliance.words
    assert "Sun 审核" in compliance.words


def test_a_draft_is_sent_back_with_the_reason(signed_in: Any, shelf: Database) -> None:
    agent, lead = signed_in("chen"), signed_in("li")
    write(agent, RISKY, "submit", zh_answer="净值会波动。")
    lead.get(RISKY)
    assert lead.submit(f"{RISKY}/return", reason="请写明可能损失本金").status_code == 303
    agent.get(RISKY)
    assert "已退回：请写明可能损失本金" in agent.words
    with shelf.reading() as session:
        told = session.scalars(select(StaffNotice).where(StaffNotice.code == "article_returned")).one()
    assert told.words["zh"]["note"] == "请写明可能损失本金"


def test_an_agent_may_write_but_not_publish(signed_in: Any, shelf: Database) -> None:
    agent = signed_in("chen")
    assert write(agent, LIMIT, "publish", zh_answer="随便转。").status_code == 403
    assert write(agent, LIMIT, "save", zh_answer="单笔最高 30,000 元。").status_code == 303
    agent.get(LIMIT)
    assert "提交审核" in agent.words
    assert f'action="{LIMIT}/publish"' not in agent.page


def test_two_editors_do_not_overwrite_each_other(signed_in: Any, shelf: Database) -> None:
    first, second = signed_in("li"), signed_in("chen")
    first.get(f"{LIMIT}/edit")
    write(second, LIMIT, "save", zh_answer="第二位先保存。")
    answer = press(first, f"{LIMIT}/edit", "save", zh_answer="第一位后保存。")
    assert answer.status_code == 409
    assert "您的内容与现有内容的不同 Chen" in first.words
    assert "删除：</span>二位先</del>" in first.page
    assert filled(first.page, "article-form")["zh.answer"] == "第一位后保存。"
    assert press(first, f"{LIMIT}/edit", "save").status_code == 303
    with shelf.reading() as session:
        draft = held(session, "transfer-limit").draft
        assert draft is not None
        assert draft.content["zh"]["answer"] == "第一位后保存。"


def test_askings_taught_meanwhile_come_into_the_draft_and_other_changes_are_shown(
    signed_in: Any, shelf: Database, clock: FixedClock
) -> None:
    lead = signed_in("li")
    write(lead, LIMIT, "save", zh_answer="单笔最高 80,000 元。")
    with shelf.transaction() as session:
        content = content_of(held(session, "transfer-limit"))
        assert content.zh
        content.zh.askings, content.zh.answer = [*content.zh.askings, "转账顶格多少"], "单笔最高 90,000 元。"
        service.save_article(session, clock=clock, actor=SYSTEM, content=content)
    lead.get(LIMIT)
    assert "已发布内容更新到了第 2 版" in lead.words
    lead.get(f"{LIMIT}/edit")
    assert "90,000" in lead.words
    assert "转账顶格多少" in filled(lead.page, "article-form")["zh.askings"]
    assert filled(lead.page, "article-form")["zh.answer"] == "单笔最高 80,000 元。"
    assert press(lead, f"{LIMIT}/edit", "publish").status_code == 303
    with shelf.reading() as session:
        assert "转账顶格多少" in held(session, "transfer-limit").text("zh").askings  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zh_answer": "本产品保本保息，放心转。"}, "是对收益或安全的承诺"),
        ({"en_answer": "Your returns are guaranteed."}, "是对收益或安全的承诺"),
        ({"zh_question": ""}, "请写标准问题"),
        ({"zh_answer": ""}, "请写答案"),
        ({"zh_answer": "长" * 2001}, "最多 2000 个"),
        ({"zh_askings": "怎么转\n提现要钱嗎"}, "已是另一篇文章（withdrawal-fee）的问法"),
        ({"zh_answer": "请看 <b>这里</b>。"}, "会原样显示给客户"),
        ({"products": "fund"}, "涉及基金的文章须写明风险提示"),
        ({"zh_risk_notice": "投资有风险。"}, "另一种语言有风险提示"),
        ({"follow_ups": "no-such-article"}, "找不到：no-such-article"),
    ],
)
def test_what_is_not_fit_for_customers_is_refused_at_its_field(
    signed_in: Any, shelf: Database, changes: dict[str, str], told: str
) -> None:
    lead = signed_in("li")
    assert write(lead, LIMIT, "submit", **changes).status_code == 422
    assert told in lead.words
    assert write(lead, LIMIT, "save", **changes).status_code == 303
    with shelf.reading() as session:
        assert "20,000" in answer_of(session, "transfer-limit")


def test_a_new_article_gets_a_key_and_is_answered_from(signed_in: Any, shelf: Database, clock: FixedClock) -> None:
    lead = signed_in("li")
    lead.get("/knowledge/articles/new?language=zh&asking=芝麻开门怎么收费&asking=芝麻开门+fee&asking=芝麻开门怎么收费")
    assert filled(lead.page, "article-form")["zh.question"] == "芝麻开门怎么收费"
    assert filled(lead.page, "article-form")["zh.askings"] == "芝麻开门 fee"
    answer = press(
        lead, "/knowledge/articles/new", "publish", topic="fees" if "fees" in lead.page else "transfers",
        zh_answer="芝麻开门不收费。", en_question="What does open sesame cost?", en_answer="Nothing.",
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.location.endswith("/knowledge/articles/transfers-what-open-sesame-cost")
    assert ask(shelf, clock, "芝麻开门怎么收费").results[0].answer == "芝麻开门不收费。"


def test_a_key_that_is_taken_is_refused_and_the_text_kept(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    lead.get("/knowledge/articles/new")
    answer = press(lead, "/knowledge/articles/new", "save", key="transfer-limit", topic="transfers", zh_answer="新的。")
    assert answer.status_code == 422
    assert "已有文章使用" in lead.words
    assert filled(lead.page, "article-form")["zh.answer"] == "新的。"


def test_history_shows_what_changed_and_an_old_version_comes_back_as_a_draft(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    write(lead, LIMIT, "publish", zh_answer="单笔最高 80,000 元，每日最高 50,000 元。")
    lead.get(f"{LIMIT}/history")
    assert '<del><span class="visually-hidden">删除：</span>20,000</del>' in lead.page
    assert '<ins><span class="visually-hidden">新增：</span>80,000</ins>' in lead.page
    assert lead.submit(f"{LIMIT}/restore").status_code == 303
    lead.get(LIMIT)
    lead.submit(f"{LIMIT}/publish")
    with shelf.reading() as session:
        assert answer_of(session, "transfer-limit") == "单笔最高 20,000 元，每日最高 50,000 元。"
        assert held(session, "transfer-limit").version == 3


def test_a_retired_article_is_not_answered_and_can_be_brought_back(
    signed_in: Any, shelf: Database, clock: FixedClock
) -> None:
    lead = signed_in("li")
    lead.get(LIMIT)
    lead.submit(f"{LIMIT}/retire")
    assert "transfer-limit" not in [each.key for each in ask(shelf, clock, "转账限额是多少").results]
    lead.get("/knowledge")
    assert "转账限额是多少" not in lead.words
    lead.get(LIMIT)
    lead.submit(f"{LIMIT}/bring-back")
    assert ask(shelf, clock, "转账限额是多少").results[0].key == "transfer-limit"


def test_a_draft_is_thrown_away_and_a_new_article_with_it(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    lead.get("/knowledge/articles/new")
    press(lead, "/knowledge/articles/new", "save", key="half-done", topic="points", zh_question="半篇文章")
    lead.get("/knowledge?q=半篇")
    assert "半篇文章" in lead.words
    lead.get("/knowledge/articles/half-done")
    assert lead.submit("/knowledge/articles/half-done/discard").status_code == 303
    assert lead.get("/knowledge/articles/half-done").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=限額", ["transfer-limit"]),
        ("q=WITHDRAWAL+FEE", ["withdrawal-fee"]),
        ("q=两年内有效", ["points-expiry"]),
        ("topic=wealth", ["wealth-risk"]),
        ("language=en_missing", ["points-expiry"]),
        ("state=retired", []),
        ("review=never&sort=key", ["points-expiry", "transfer-limit", "wealth-risk", "withdrawal-fee"]),
    ],
)
def test_articles_are_found_by_their_words_and_narrowed(
    signed_in: Any, shelf: Database, query: str, found: list[str]
) -> None:
    browser = signed_in("wu")
    browser.get(f"/knowledge?{query}")
    rows = browser.page.split('class="articles"')[-1].split("</section>")[0] if found else ""
    assert [key for key in ("points-expiry", "transfer-limit", "wealth-risk", "withdrawal-fee") if f"articles/{key}" in rows] == found  # fmt: skip
    assert f"共 {len(found)} 篇" in browser.words


def test_articles_close_in_meaning_are_offered_beside_the_words(signed_in: Any, shelf: Database) -> None:
    browser = signed_in("chen")
    browser.get("/knowledge?q=取现要花多少钱")
    assert "意思相近的文章 提现手续费怎么收" in browser.words


def test_the_list_shows_use_and_sorts_by_it(signed_in: Any, shelf: Database, clock: FixedClock) -> None:
    for question, helpful in (("提现手续费怎么收", True), ("提现手续费怎么收", False), ("转账限额是多少", None)):
        found = ask(shelf, clock, question)
        with shelf.transaction() as session:
            session.get_one(AnswerLog, found.answer_id).helpful = helpful
    browser = signed_in("chen")
    browser.get("/knowledge")
    assert browser.page.index("articles/withdrawal-fee") < browser.page.index("articles/transfer-limit")
    browser.get("/knowledge/articles/withdrawal-fee")
    assert "直接回答 2" in browser.words
    assert "有帮助 1 没帮助 1" in browser.words


def test_every_change_is_in_the_audit_log(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    write(lead, RISKY, "submit", zh_answer="不保本。")
    lead.get(RISKY)
    lead.submit(f"{RISKY}/discard")
    lead.get(RISKY)
    lead.submit(f"{RISKY}/review", review_on="2027-01-31", owner="")
    lead.get(RISKY)
    lead.submit(f"{RISKY}/reviewed")
    lead.get(RISKY)
    lead.submit(f"{RISKY}/retire")
    with shelf.reading() as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.actor.like("staff:%"), AuditEntry.action.like("knowledge.%")).order_by(AuditEntry.id)
        ).all()  # fmt: skip
    assert actions == [
        "knowledge.draft_saved", "knowledge.draft_submitted", "knowledge.draft_discarded", "knowledge.review_planned",
        "knowledge.article_reviewed", "knowledge.article_retired",
    ]  # fmt: skip


def test_the_notice_of_risks_cannot_be_taken_away_by_one_person(signed_in: Any, shelf: Database) -> None:
    lead = signed_in("li")
    answer = write(lead, RISKY, "publish", zh_risk_notice="", en_risk_notice="")
    assert answer.status_code == 422
    with shelf.reading() as session:
        assert held(session, "wealth-risk").text("zh").risk_notice == RISK["zh"]  # type: ignore[union-attr]
