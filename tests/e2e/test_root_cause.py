"""A critical complaint gets a root-cause record, which people bring to watching."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.e2e.pages.cause import Cause
from tests.e2e.people import People
from ticketing.platform.clock import SystemClock


def test_a_critical_complaint_leads_to_a_record_that_is_analysed_acted_on_and_watched(people: People) -> None:
    customer = people.own_pages(people.profile("zh").new_page())
    number = customer.complain("六万块被你们划走，一群强盗，咱们法院见", "transaction_dispute")
    lead = Cause(people.staff("zhao.min").page, people.base).of_ticket(number)
    lead.stands_at("待分析")
    lead.analyse(["划扣没有再次确认", "免密额度没有上限", "额度规则评审遗漏"], "免密扣款没有上限", "product")
    lead.stands_at("已分析")
    due = (SystemClock().now() + timedelta(days=10)).date().isoformat()
    lead.agree("为免密扣款设单日上限", "赵敏", due).stands_at("整改中")
    lead.finish(1, "上线单 OPS-4711")
    expect(lead.page.locator("#action-1")).to_contain_text("等待另一位同事核验")
    supervisor = Cause(people.staff("zhou.kai").page, people.base).visit(lead.page.url)
    supervisor.verify().stands_at("观察中")
    expect(supervisor.page.locator("#effect")).to_contain_text("30 天效果评估开放时间")
    expect(supervisor.page.locator("#tickets")).to_contain_text(number)
