"""What the assistant cannot answer is gathered, a team lead teaches it with one click, and the next customer is answered."""

from __future__ import annotations

import pytest

from tests.e2e.host import Host
from tests.e2e.pages.learning import Learning
from tests.e2e.people import People
from tests.e2e.test_accessibility import THEMES, findings, themed

UNKNOWN = "积分能换成蚂蚁森林能量吗"
ARTICLE = "积分怎么兑换礼品？"
HONEST = "没有可靠的答案"
ANSWER = "积分商城"
OF_THE_DEMO = "数字人民币钱包怎么绑"


def test_a_question_without_an_answer_is_taught_with_one_click_and_then_answered(people: People, shop: Host) -> None:
    first = people.customer(shop)
    first.say(UNKNOWN).hears(HONEST)
    lead = Learning(people.staff("zhao.min").page, people.base)
    lead.finds(UNKNOWN).teaches(ARTICLE)
    second = people.customer(shop)
    second.say(UNKNOWN).hears(ANSWER)
    first.say(UNKNOWN).hears(ANSWER)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_a_groups_page(people: People, theme: str) -> None:
    lead = Learning(people.staff("zhao.min", **themed(theme)).page, people.base).finds(OF_THE_DEMO)
    assert findings(lead.page) == []
