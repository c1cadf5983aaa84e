"""A critical complaint gets a root-cause record, which people bring to watching."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.cause import Cause
from tests.e2e.people import People
from ticketing.platform.clock import SystemClock

WORDS = {
    "zh": {
        "said": "六万块被你们划走，一群强盗，咱们法院见",
        "whys": ["划扣没有再次确认", "免密额度没有上限", "额度规则评审遗漏"],
        "cause": "免密扣款没有上限",
        "action": "为免密扣款设单日上限",
        "evidence": "上线单 OPS-4711",
        "other": "等待另一位同事核验",
        "check": "30 天效果评估开放时间",
        "stages": ("待分析", "已分析", "整改中", "观察中"),
    },
    "en": {
        "said": "You robbers took 60,000 yuan from my account and I will see you in court",
        "whys": ["Nobody was asked again", "Payments without a password have no limit", "The review missed it"],
        "cause": "Payments without a password have no limit",
        "action": "A daily limit for payments without a password",
        "evidence": "Release OPS-4711",
        "other": "Waiting for another colleague to verify",
        "check": "The 30-day check opens",
        "stages": ("To be analysed", "Analysed", "Acting", "Watching"),
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_critical_complaint_leads_to_a_record_that_is_analysed_acted_on_and_watched(
    people: People, language: str
) -> None:
    words = WORDS[language]
    opened, analysed, acting, watching = words["stages"]
    customer = people.own_pages(people.profile(language).new_page())
    number = customer.complain(str(words["said"]), "transaction_dispute")
    lead = Cause(people.staff("zhao.min", language).page, people.base).of_ticket(number)
    lead.stands_at(opened)
    lead.analyse(list(words["whys"]), str(words["cause"]), "product")
    lead.stands_at(analysed)
    due = (SystemClock().now() + timedelta(days=10)).date().isoformat()
    lead.agree(str(words["action"]), "赵敏", due).stands_at(acting)
    lead.finish(1, str(words["evidence"]))
    expect(lead.page.locator("#action-1")).to_contain_text(str(words["other"]))
    supervisor = Cause(people.staff("zhou.kai", language).page, people.base).visit(lead.page.url)
    supervisor.verify().stands_at(watching)
    expect(supervisor.page.locator("#effect")).to_contain_text(str(words["check"]))
    expect(supervisor.page.locator("#tickets")).to_contain_text(number)
