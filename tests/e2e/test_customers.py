"""A file of customers is mended and taken in; goodwill goes from an agent over a supervisor to the customer's own page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.customers import Customers
from tests.e2e.people import People


@dataclass(frozen=True)
class Words:
    language: str
    heading: str
    prefix: str
    mistake: str
    complaint: str
    reason: str


ZH = Words(
    "zh",
    "客户编号,姓名,手机号,等级",
    "zh",
    "不是有效的电话号码",
    "转账一千二百元三天没有到账",
    "到账延迟，客户两次来电",
)
EN = Words("en", "external_id,name,phone,tier", "en", "not a phone number", "My transfer of 1,200 yuan has not arrived for three days", "Payment was late, they called twice")  # fmt: skip


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_a_file_with_a_mistake_is_mended_and_taken_in(people: People, words: Words) -> None:
    customers = Customers(people.staff("zhou.kai", words.language).page, people.base)
    line = f"{words.prefix}-1,Chen Xi,{{phone}},gold\n{words.prefix}-2,Li Na,13911112222,standard\n"
    customers.upload("customers.csv", f"{words.heading}\n" + line.format(phone="12"))
    expect(customers.figure("refused")).to_have_text("1")
    expect(customers.problems).to_contain_text([words.mistake])
    customers.upload("customers.csv", f"{words.heading}\n" + line.format(phone="13811112222"))
    expect(customers.figure("new")).to_have_text("2")
    customers.confirm()
    expect(customers.figure("new")).to_have_text("2")
    customers.find(f"{words.prefix}-1")
    expect(customers.page.locator("tbody tr")).to_contain_text(["138****2222"])


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_goodwill_needs_two_people_and_reaches_the_customer(people: People, words: Words) -> None:
    customer = people.own_pages(people.profile(words.language).new_page())
    number = customer.complain(words.complaint, "transaction_dispute")
    desk = people.staff("lin.yue", words.language).open_case(number).claim()
    Customers(desk.page, people.base).find(number).opened().propose(120, words.reason)
    Customers(people.staff("zhou.kai", words.language).page, people.base).approve(words.reason)
    customer.page.goto(f"{people.base}/my/points")
    expect(customer.page.locator("#balance")).to_have_text("120")
    expect(customer.page.locator(".ticket-row")).to_contain_text(["+120"])
