"""Two complaints about one matter become one; a complex case gets more of the law's time."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.pages.gates import Gates
from tests.e2e.people import People


def test_a_lead_merges_two_complaints_and_the_customer_finds_the_survivor_under_the_old_number(people: People) -> None:
    customer = people.own_pages(people.profile("zh").new_page())
    old = customer.complain("昨天转账两千块，到现在没到账", "transaction_dispute")
    kept = customer.complain("那笔两千块的转账还是没有到账", "transaction_dispute")
    lead = people.staff("zhao.min")
    Gates(lead.page, people.base, old).open().merge(kept, "同一笔转账")
    expect(lead.page.locator(".gate-notes")).to_contain_text(kept)
    lead.open_case(kept)
    expect(lead.page.locator("#work")).to_contain_text(old)
    customer.page.goto(f"{people.base}/my/tickets/{old}")
    customer.page.get_by_role("link", name=kept).click()
    expect(customer.heading).to_contain_text(kept)
    expect(customer.page.locator(".timeline")).to_contain_text("并入了您的另一张工单")


def test_an_owner_asks_for_more_time_a_supervisor_grants_it_and_the_customer_reads_why(people: People) -> None:
    customer = people.own_pages(people.profile("zh").new_page())
    number = customer.complain("境外汇款退回后少了三百块", "transaction_dispute")
    owner = people.staff("lin.yue").open_case(number).claim()
    Gates(owner.page, people.base, number).ask_for_time("需要向境外收款行核实")
    expect(owner.page.locator(".gate-notes")).to_contain_text("等待审批")
    Gates(people.staff("zhou.kai").page, people.base, number).grant("情况属实")
    customer.page.goto(f"{people.base}/my/tickets/{number}")
    expect(customer.page.locator(".timeline")).to_contain_text("办理期限已延长")
    expect(customer.page.locator(".timeline")).to_contain_text("需要向境外收款行核实")
