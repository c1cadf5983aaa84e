"""What stands beside a chat: the package, suggested articles, canned answers, the other chats."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.desk import Browser, person
from tests.integration.pages.test_desk_chat import at, chat, claimed, sit_down
from ticketing.conversations import inbox, macros
from ticketing.conversations import queries as conversations
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation, Macro
from ticketing.demo.company import COMPANY
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.models import AnswerLog
from ticketing.knowledge.seed import ArticleContent, TextContent
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

__all__ = ["chat"]
ARTICLES = {
    "withdrawal-time": ("提现多久到账？", ["提现几天能到", "钱提出来什么时候到"], "普通提现一般两小时内到账，**节假日顺延**。"),
    "forgot-password": ("忘记登录密码怎么办？", ["密码忘了"], "在登录页点“忘记密码”，按提示验证身份后重设。"),
    "early-repayment": ("可以提前还款吗？", ["能不能提前还清"], "可以，在还款页选择提前还清。"),
    "points-expiry": ("积分什么时候过期？", ["积分有效期多久"], "积分在获得后的次年年底过期。"),
}  # fmt: skip


@pytest.fixture
def articles(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        for key, (question, askings, answer) in ARTICLES.items():
            text = TextContent(question=question, askings=askings, answer=answer)
            content = ArticleContent(key=key, topic="test", zh=text)
            knowledge.save_article(
                session, clock=clock, actor=factories.actor_of(factories.staff(session)), content=content
            )


def test_the_package_says_what_is_wanted_what_was_tried_and_the_mood(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    public_id = sit_down(
        company, clock, "你好", "提现5000元三天没到账，急用钱", "你们太过分了",
        slots={"category_predicted": "transaction_dispute", "amount": "5000.00"}, summary="提现5000元三天没到账，急用钱",
    )  # fmt: skip
    with company.transaction() as session:
        found = conversations.by_public_id(session, public_id)
        answer = AnswerLog(conversation_id=found.id, query="提现没到账", language="zh", verdict="answer", article_key="a", score=0.9, at=clock.now(), helpful=False)  # fmt: skip
        missed = AnswerLog(conversation_id=found.id, query="黑匣子收费吗", language="zh", verdict="decline", score=0.1, at=clock.now())  # fmt: skip
        session.add_all([answer, missed])
        session.flush()
        card = {"question": "提现多久到账？", "answer_id": answer.id}
        conversing.append(
            session, clock=clock, conversation=found, author="bot", text="两小时", kind="article", card=card
        )
        customer = session.get_one(factories.Customer, found.customer_id)
        number = factories.complaint(session, clock, of=customer).number
    browser = signed_in("chen")
    browser.get(at(public_id))
    for words in (
        "提现5000元三天没到账，急用钱", "解答了“提现多久到账？” 客户说没帮助", "知识库没有找到答案：黑匣子收费吗",
        "类别 交易纠纷", "金额 5000.00", "情绪 生气 太过分 急用", number, "客户要求人工",
    ):  # fmt: skip
        assert words in browser.words, words
    assert (
        browser.words.count("提现5000元三天没到账，急用钱") == 2
    )  # the package and the transcript, not the summary again


def test_suggested_articles_come_after_the_page_and_the_likely_one_as_a_draft(
    signed_in: Any, company: Database, clock: FixedClock, articles: None
) -> None:
    public_id = sit_down(company, clock, "提现多久到账？", "好的")
    browser = claimed(signed_in("chen"), public_id)
    address = at(public_id, "suggestions")
    assert f'hx-get="{address}"' in browser.page
    assert "节假日顺延" not in browser.words
    answer = unescape(browser.http.get(address).text)
    drafts = re.findall(r'data-insert="([^"]*)"', answer)
    assert drafts[0].startswith("您好，关于您的问题：\n普通提现一般两小时内到账，节假日顺延。")
    assert drafts[1] == "普通提现一般两小时内到账，节假日顺延。"
    assert len(drafts) == 2, "what is far from the question is not suggested"


@pytest.mark.parametrize(
    ("language", "asked", "words"),
    [
        ("zh", "查得怎么样了", ("（交易纠纷）：您的投诉已受理，正在安排专人调查。\n· 初步调查：", "如有要补充的")),
        ("en", "any news on my case?", ("(Transaction dispute): We have accepted your complaint", "anything to add")),
    ],
)
def test_whoever_asks_after_their_case_is_answered_from_the_case(
    signed_in: Any,
    company: Database,
    clock: FixedClock,
    articles: None,
    language: str,
    asked: str,
    words: tuple[str, ...],
) -> None:
    public_id = sit_down(company, clock, asked)
    with company.transaction() as session:
        found = conversations.by_public_id(session, public_id)
        found.language = language
        customer = session.get_one(factories.Customer, found.customer_id)
        number = factories.complaint(session, clock, of=customer, category="transaction_dispute").number
    answer = unescape(claimed(signed_in("chen"), public_id).http.get(at(public_id, "suggestions")).text)
    (draft,) = re.findall(r'data-insert="([^"]*)"', answer)
    for part in (number, *words):
        assert part in draft, draft


def test_nobody_is_told_of_a_case_they_do_not_have(
    signed_in: Any, company: Database, clock: FixedClock, articles: None
) -> None:
    public_id = sit_down(company, clock, "查得怎么样了")
    answer = claimed(signed_in("chen"), public_id).http.get(at(public_id, "suggestions")).text
    assert "data-insert" not in answer
    assert "知识库里没有相近的内容" in answer


def test_nothing_near_is_said_so_and_offers_no_draft(signed_in: Any, company: Database, clock: FixedClock) -> None:
    public_id = sit_down(company, clock, "提现多久到账？")
    browser = claimed(signed_in("chen"), public_id)
    assert "知识库里没有相近的内容" in browser.http.get(at(public_id, "suggestions")).text


def keep(browser: Browser, **typed: str) -> Any:
    browser.get("/desk/macros")
    values = {"shortcut": "hi", "title": "问候", "text_zh": "{客户称呼}您好，我是{agent}", "text_en": "", "shared": "1"}
    return browser.submit("/desk/macros", **(values | typed))


def test_a_lead_keeps_the_shared_ones_and_an_agent_their_own(signed_in: Any, company: Database) -> None:
    lead, agent, other = signed_in("li"), signed_in("chen"), signed_in("wang")
    assert keep(lead).status_code == 303
    assert keep(agent).status_code == 403
    assert keep(agent, shortcut="Mine", shared="0").status_code == 303
    other.get("/desk/macros")
    assert "/hi" in other.words
    assert "/mine" not in other.words
    with company.reading() as session:
        shared, own = session.scalars(select(Macro).order_by(Macro.id)).all()
    assert (own.staff_id, shared.staff_id) == (person(company, "chen").id, None)
    assert agent.post(f"/desk/macros/{shared.id}/removal").status_code == 403
    assert other.post(f"/desk/macros/{own.id}", shortcut="x", title="x", text_zh="x").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"shortcut": "a b"}, "快捷码须为"),
        ({"title": ""}, "请填写名称"),
        ({"text_zh": ""}, "中文和英文内容至少填写一个"),
        ({"text_zh": "您的{余额}"}, "没有名为“余额”的占位符"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(signed_in: Any, typed: dict[str, str], words: str) -> None:
    lead = signed_in("li")
    answer = keep(lead, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="问候"' in answer.text or "title" in typed


def test_a_shortcut_is_used_once_and_a_lost_update_is_refused(signed_in: Any, company: Database) -> None:
    lead, second = signed_in("li"), signed_in("zhao")
    keep(lead)
    assert keep(lead).status_code == 409
    with company.reading() as session:
        number = session.scalars(select(Macro.id)).one()
    form = f"/desk/macros/{number}"
    for browser in (lead, second):
        browser.get(form)
    assert lead.submit(form, shortcut="hi", title="问候", text_zh="您好", text_en="Hello").status_code == 303
    assert second.submit(form, shortcut="hi", title="问候", text_zh="喂", text_en="").status_code == 412
    with company.reading() as session:
        assert session.get_one(Macro, number).text_zh == "您好"


def test_an_inserted_one_is_filled_in_and_what_is_unknown_stands_out(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    keep(signed_in("li"), text_zh="{客户称呼}您好，工单{工单编号}将在{承诺时间}答复")
    browser = claimed(signed_in("chen"), chat)
    options = unescape(browser.http.get(at(chat, "macros")).text)
    assert "欧阳先生/女士您好，工单【工单编号】将在【承诺时间】答复" in options
    with company.transaction() as session:
        found = conversations.by_public_id(session, chat)
        customer = session.get_one(factories.Customer, found.customer_id)
        number = factories.complaint(session, clock, of=customer, conversation_id=found.id).number
    options = unescape(browser.http.get(at(chat, "macros")).text)
    assert f"工单{number}将在11月25日 10:00 前" in options


def test_ones_own_wins_over_the_shared_one_with_the_same_shortcut(signed_in: Any, chat: str) -> None:
    keep(signed_in("li"), text_zh="共用的")
    agent = signed_in("chen")
    keep(agent, text_zh="自己的", shared="0")
    options = claimed(agent, chat).http.get(at(chat, "macros")).text
    assert "自己的" in options
    assert "共用的" not in options


def test_the_demo_companys_canned_answers_are_whole() -> None:
    for item in COMPANY["macros"]:
        for text in (item["text_zh"], item["text_en"]):
            assert text
            assert macros.unknown_in(text) == []
            assert "【" not in macros.fill(text, dict.fromkeys(macros.PLACEHOLDERS, "x"), "zh")


def test_unread_lines_are_counted_until_they_were_on_the_screen(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    first, second = sit_down(company, clock, "一号"), sit_down(company, clock, "二号", name="林月")
    browser = claimed(claimed(signed_in("chen"), first), second)
    with company.transaction() as session:
        found = conversations.by_public_id(session, first)
        for text in ("在吗", "急"):
            conversing.append(session, clock=clock, conversation=found, author="customer", text=text)
        last = found.last_seq
    tabs = browser.http.get(f"/desk/chats?here={second}").text
    assert 'data-unread="2"' in tabs
    assert "接待 2/4" in tabs
    browser.get(at(second))
    stranger = signed_in("wang")
    stranger.get(at(second))
    stranger.post(at(first, "seen"), seq=str(last))
    assert 'data-unread="2"' in browser.http.get("/desk/chats").text
    assert browser.post(at(first, "seen"), seq=str(last)).status_code == 204
    assert 'data-unread="0"' in browser.http.get("/desk/chats").text
    with company.reading() as session:
        assert inbox.unread(session, staff_id=person(company, "chen").id) == 0


def test_the_one_chat_too_many_is_refused_with_the_reason(signed_in: Any, company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        session.get_one(factories.Staff, person(company, "chen").id).chat_cap = 1
    first, second = sit_down(company, clock, "一号"), sit_down(company, clock, "二号")
    browser = claimed(signed_in("chen"), first)
    browser.get(at(second))
    answer = browser.submit(at(second, "claim"))
    assert answer.status_code == 409
    assert "您已同时接待 1 个会话" in answer.text


def test_the_customer_sees_that_the_agent_writes(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    browser = claimed(signed_in("chen"), chat)
    assert browser.post(at(chat, "typing")).status_code == 204
    with company.reading() as session:
        found = session.scalars(select(Conversation).where(Conversation.public_id == chat)).one()
        assert found.agent_typing_until is not None
        assert found.agent_typing_until > clock.now()


def test_without_a_question_the_complaint_itself_is_looked_up(
    signed_in: Any, company: Database, clock: FixedClock, articles: None
) -> None:
    public_id = sit_down(company, clock, "确认")
    with company.transaction() as session:
        found = conversations.by_public_id(session, public_id)
        customer = session.get_one(factories.Customer, found.customer_id)
        factories.complaint(session, clock, of=customer, conversation_id=found.id, description="提现多久到账？")
        conversing.append(session, clock=clock, conversation=found, author="customer", text="[图片] a.png", kind="file")
    answer = claimed(signed_in("chen"), public_id).http.get(at(public_id, "suggestions")).text
    assert "普通提现一般两小时内到账" in answer
