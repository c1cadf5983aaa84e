"""The agent's desk: a case by keyboard alone, taking back, colleagues on the same case, and the command palette."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.callers import leave_ticket
from tests.e2e.pages.keys import Keys
from tests.e2e.people import People

SAID = {"zh": "我的提现500元三天没到账", "en": "My withdrawal of 500 yuan has not arrived for three days"}
WORDS = {
    "zh": ("您好，正在为您核对。", "银行排队，款项在途。", ("银行系统维护", "已催促到账", "三日内回访")),
    "en": (
        "Hello, I am looking into it.",
        "The bank has queued the payment.",
        ("Maintenance at the bank", "We have asked the bank to pay it out today", "We will write to you on Thursday"),
    ),
}


def agent(people: People, login: str = "lin.yue", language: str = "zh", **options: object) -> Keys:
    """Someone at the desk."""
    return Keys(people.staff(login, language, **options).page, people.base, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_case_goes_from_claim_to_close_by_keyboard_alone(people: People, language: str) -> None:
    number = leave_ticket(people.base, SAID[language], language)
    reply, findings, decision = WORDS[language]
    desk = agent(people, language=language)
    desk.open_case(number)
    desk.claim_case().answer(reply)
    desk.step("#f-findings").write(findings)
    desk.step("#f-cause").write(*decision)
    desk.step("form[action$='/letter'] .btn-primary").press("Enter")
    desk.step("form[action$='/letter/dispatch'] .btn-primary").press("Enter")
    desk.step("form[action$='/close'] .btn-primary").press("Enter")
    expect(desk.page.locator("#panel-step textarea[name=reason]")).to_be_attached()
    expect(desk.told("已结案|Closed")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_claim_is_undone_with_one_key(people: People, language: str) -> None:
    number = leave_ticket(people.base, SAID[language], language)
    desk = agent(people, language=language)
    desk.open_case(number)
    desk.claim_case()
    expect(desk.owner).to_contain_text("林悦")
    desk.press("z")
    expect(desk.told("已撤销领取|Claim undone")).to_have_count(1)
    expect(desk.owner).to_contain_text(re.compile("待领取|Unclaimed"))
    expect(desk.undo).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_colleague_named_in_a_note_finds_it_in_the_inbox(people: People, language: str) -> None:
    number = leave_ticket(people.base, SAID[language], language)
    desk, lead = agent(people, language=language), agent(people, "zhao.min", language)
    desk.open_case(number)
    desk.add_note("@赵", "Enter", text="请看一下这张单")
    expect(desk.events.locator(".mention")).to_have_text("@赵敏")
    lead.page.goto(f"{people.base}/notices")
    lead.page.get_by_role("button", name=re.compile(f"林悦.*{number}")).first.click()
    expect(lead.page.locator("li.event:target")).to_contain_text("请看一下这张单")


def test_two_people_on_one_case_see_each_other_come_write_and_go(people: People) -> None:
    number = leave_ticket(people.base, SAID["zh"])
    desk, other = agent(people), agent(people, "chen.hao", "en")
    desk.open_case(number)
    expect(desk.here).to_be_empty()
    other.open_case(number)
    expect(desk.here).to_contain_text("陈浩 也在查看")
    expect(other.here).to_contain_text("林悦 also has this ticket open")
    other.press("n")
    other.page.keyboard.type("calling the bank")
    expect(desk.here).to_contain_text("陈浩 正在写内部备注")
    other.page.goto(f"{people.base}/desk")
    expect(desk.here).to_be_empty()


@pytest.mark.parametrize(
    ("language", "claim", "board", "reassign"),
    [("zh", "领取工单", "看板", "转派"), ("en", "Claim this ticket", "Board", "Reassign")],
)
def test_the_palette_opens_cases_and_offers_only_what_one_may_do(
    people: People, language: str, claim: str, board: str, reassign: str
) -> None:
    number = leave_ticket(people.base, SAID[language], language)
    desk, reader = agent(people, language=language), agent(people, "sophie.lam", language)
    desk.queue("open")
    desk.command(number)
    expect(desk.page).to_have_url(re.compile(f"(/search\\?q=|/tickets/){number}"))
    desk.open_case(number).page.goto(f"{people.base}/desk")
    desk.command(number)
    expect(desk.page.locator("#case-head h1")).to_contain_text(number)
    desk.command(claim)
    expect(desk.owner).to_contain_text("林悦")
    reader.open_case(number)
    reader.press("Control+k")
    expect(reader.page.locator("#palette-list")).to_contain_text(board)
    expect(reader.page.locator("#palette-list")).not_to_contain_text(reassign)


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_nothing_of_a_case_scrolls_sideways(people: People, width: int) -> None:
    number = leave_ticket(people.base, SAID["zh"])
    desk = agent(people, viewport={"width": width, "height": 740})
    desk.open_case(number)
    for name in ("note", "step"):
        desk.dock(name)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
