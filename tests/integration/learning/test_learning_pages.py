"""The page on which people decide what the assistant learns, and the chat in which an agent marks a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.desk import Browser, person
from tests.integration.learning.conftest import CARD, WEATHER, clusters
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.learning.clustering import Learner
from ticketing.learning.models import LearnedUtterance, LearningSignal
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

Says = Callable[..., int]
Enter = Callable[[str], Browser]


@pytest.fixture
def gathered(company: Database, clock: FixedClock, says: Says, learner: Learner, write: Callable[[], str]) -> Database:
    """Three ways to ask about the family card and one about the weather."""
    for text in (*CARD, WEATHER[0]):
        says(text)
    write()
    learner.run(company, clock=clock)
    return company


def ticked(page: str) -> list[str]:
    return re.findall(r'name="text" value="(\d+)" checked', page)


def decide(browser: Browser, action: str, **fields: Any) -> Any:
    """Press a button of the group's form with what is ticked."""
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf_token|once)" value="([^"]*)">', browser.page))
    answer = browser.http.post(action, data={**hidden, "text": ticked(browser.page), **fields})
    browser.page = answer.text
    return answer


def test_the_list_has_the_largest_group_first_and_what_it_looks_like(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    lead.get("/learning")
    assert "3 次对话" in lead.words
    assert lead.words.index(CARD[0]) < lead.words.index(WEATHER[0])
    assert "像文章“亲属卡怎么使用”" in lead.words
    assert "没有合适的文章，建议新写一篇" in lead.words
    lead.get("/learning?lang=en")
    assert "Looks like “亲属卡怎么使用”" in lead.words


def test_one_click_teaches_and_a_second_one_does_nothing(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    number = clusters(gathered)[0]["id"]
    lead.get(f"/learning/{number}")
    assert len(ticked(lead.page)) == 3
    page = lead.page
    first = decide(lead, f"/learning/{number}/askings", article="family-card")
    lead.page = page
    second = decide(lead, f"/learning/{number}/askings", article="family-card")
    assert (first.status_code, second.status_code) == (303, 303)
    lead.get(first.location)
    assert "已加入文章，新增 3 种问法" in lead.words
    lead.get("/learning?status=accepted")
    assert "加入文章 family-card" in lead.words


def test_a_group_that_a_colleague_decided_is_refused_with_the_reason(gathered: Database, signed_in: Enter) -> None:
    lead, supervisor = signed_in("li"), signed_in("zhao")
    number = clusters(gathered)[1]["id"]
    lead.get(f"/learning/{number}")
    supervisor.get(f"/learning/{number}")
    assert decide(supervisor, f"/learning/{number}/dismissal", reason="elsewhere").status_code == 303
    late = decide(lead, f"/learning/{number}/utterances", intent="out_of_scope")
    assert late.status_code == 409
    assert "已经有人处理过了" in lead.words


def test_without_a_choice_or_a_reason_the_form_says_what_is_missing(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    number = clusters(gathered)[1]["id"]
    lead.get(f"/learning/{number}")
    assert decide(lead, f"/learning/{number}/dismissal", reason="").status_code == 422
    assert "请选择忽略的理由" in lead.words
    assert decide(lead, f"/learning/{number}/utterances", text=[], intent="out_of_scope").status_code == 422
    assert "请至少勾选一条" in lead.words


def test_out_of_scope_is_kept_as_an_example(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    number = clusters(gathered)[1]["id"]
    lead.get(f"/learning/{number}")
    decide(lead, f"/learning/{number}/utterances", intent="out_of_scope")
    with gathered.reading() as session:
        assert session.query(LearnedUtterance).one().intent == "out_of_scope"


def test_a_new_article_begins_with_the_groups_texts(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    lead.get(f"/learning/{clusters(gathered)[0]['id']}")
    (address,) = re.findall(r'href="(/knowledge/articles/new[^"]*)"', lead.page)
    lead.get(address.replace("&amp;", "&"))
    assert all(text in lead.page for text in CARD)


def test_compliance_reads_and_does_not_decide(gathered: Database, signed_in: Enter) -> None:
    reader = signed_in("sun")
    number = clusters(gathered)[0]["id"]
    reader.get(f"/learning/{number}")
    assert "您可以查看，处理由班组长和主管完成" in reader.words
    assert 'type="checkbox"' not in reader.page
    assert decide(reader, f"/learning/{number}/dismissal", reason="noise").status_code == 403


def test_an_agent_marks_with_one_click_what_a_line_should_have_been(
    gathered: Database, clock: FixedClock, says: Says, signed_in: Enter, learner: Learner
) -> None:
    chat_id = says("我爸那张卡不想让他刷了")
    chen = person(gathered, "chen")
    with gathered.transaction() as session:
        actor = Actor(kind="staff", id=chen.id, name=chen.name, role="agent")
        public_id = session.get_one(Conversation, chat_id).public_id
        conversations.claim_by_agent(session, clock=clock, actor=actor, conversation_id=chat_id)
    agent = signed_in("chen")
    agent.get(f"/desk/chats/{public_id}")
    assert "教助手" in agent.words
    agent.get(f"/learning/chats/{public_id}")
    assert "我爸那张卡不想让他刷了" in agent.words
    token = re.findall(r'name="csrf_token" value="(\w+)"', agent.page)[0]
    answer = agent.http.post(
        f"/learning/chats/{public_id}", data={"csrf_token": token, "seq": "2", "target": "article:family-card"}
    )
    assert "已记下" in answer.text
    with gathered.reading() as session:
        signal = session.query(LearningSignal).filter_by(conversation_id=chat_id).one()
        assert (signal.reason, signal.target, signal.staff_id) == ("corrected", "family-card", chen.id)
    learner.run(gathered, clock=clock)
    lead = signed_in("li")
    lead.get(f"/learning/{clusters(gathered)[-1]['id']}")
    assert "同事已标注 1 次" in lead.words


def test_the_trial_page_says_that_nothing_is_on_trial(company: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    lead.get("/learning/trial")
    assert "还没有试用过新助手" in lead.words


def test_adding_without_an_article_says_so_and_keeps_what_was_ticked(gathered: Database, signed_in: Enter) -> None:
    lead = signed_in("li")
    number = clusters(gathered)[0]["id"]
    lead.get(f"/learning/{number}")
    kept = ticked(lead.page)[:2]
    assert decide(lead, f"/learning/{number}/askings", text=kept, other_article="").status_code == 422
    assert "请先选择一篇文章" in lead.words
    assert ticked(lead.page) == kept
