"""Staff at their pages, in Chinese and in English: two at one chat, many tickets at once, details for a reason, care switches, targets,
the quarterly survey."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.own_pages.conftest import Company
from tests.e2e.pages.desk import Desk
from tests.e2e.people import People

WORDS = {
    "zh": {"here": "也在查看这个会话", "writing": "正在回复客户", "sum": "2"},
    "en": {"here": "also has this chat open", "writing": "is answering the customer", "sum": "2"},
}  # fmt: skip


def test_two_who_open_one_chat_see_each_other_come_write_and_go(
    people: People, company: Company, language: str
) -> None:
    words = WORDS[language]
    chat = company.waiting_chat(language)
    first, second = (people.staff(company.staff("agent"), language) for _ in range(2))
    first.open_chat(chat).page.locator("#talk-bar button[data-key=c]").click()
    expect(first.page.locator("#reply")).to_be_visible()
    expect(first.here).to_be_empty()
    second.open_chat(chat)
    expect(second.here).to_contain_text(words["here"])
    first.page.locator("#reply").press_sequentially("…")
    expect(second.here).to_contain_text(words["writing"])
    first.page.goto(f"{people.base}/desk")
    expect(second.here).to_be_empty()


def test_a_lead_gives_several_tickets_to_somebody_else_at_once(people: People, company: Company, language: str) -> None:
    numbers = [company.claimed(language) for _ in range(2)]
    colleague = company.name_of(company.staff("agent"))
    lead: Desk = people.staff(company.staff("team_lead"), language)
    lead.queue("open")
    for number in numbers:
        lead.page.locator(f"#tick-{number}").check()
    lead.page.locator("#bulk details").first.locator("summary").click()
    lead.page.locator("#bulk select[name=to]").select_option(label=colleague)
    lead.page.locator("#bulk textarea[name=handover_note]").fill("请接着办：客户急")
    lead.page.locator("#bulk button[value=reassign]").click()
    expect(lead.page.locator("#bulk-outcome .alert-success")).to_contain_text(WORDS[language]["sum"])
    lead.open_case(numbers[0])
    expect(lead.page.locator("main")).to_contain_text(colleague)
    expect(lead.page.locator("main")).to_contain_text("请接着办：客户急")


def test_details_are_shown_for_a_reason_and_hidden_again(people: People, company: Company, language: str) -> None:
    number = company.claimed(language)
    name, phone = company.identified(number)
    page = people.staff(company.staff("team_lead"), language).open_case(number).page
    card = page.locator(".customer")
    expect(card).not_to_contain_text(phone)
    card.locator("details.change summary").click()
    card.locator(".reveal-form button").click()
    expect(card).not_to_contain_text(phone)  # no reason was chosen
    card.locator("#f-reveal-reason").select_option(index=1)
    card.locator(".reveal-form button").click()
    expect(card).to_contain_text(name)
    expect(card).to_contain_text(phone)
    card.locator("[data-mask-now]").click()
    expect(card).not_to_contain_text(phone)
    assert company.revealed(number) == 1


def test_a_switched_occasion_stays_switched(people: People, company: Company, language: str) -> None:
    page = people.staff(company.staff("supervisor"), language).page
    page.goto(f"{people.base}/customers/care")
    switch = page.locator("#occasion-dragon_boat [role=switch]")
    before = switch.get_attribute("aria-checked")
    after = "false" if before == "true" else "true"
    switch.click()
    expect(switch).to_have_attribute("aria-checked", after)
    page.reload()
    expect(switch).to_have_attribute("aria-checked", after)


def test_a_target_is_set_and_kept(people: People, company: Company, language: str) -> None:
    page = people.staff(company.staff("supervisor"), language).page
    page.goto(f"{people.base}/reports/performance/targets")
    form = page.locator("main form").first
    field = form.locator("input[type=number]").first
    field.fill("1.5")
    form.locator("button[type=submit]").click()
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator("main form").first.locator("input[type=number]").first).to_have_value("1.5")
    page.reload()
    expect(page.locator("main form").first.locator("input[type=number]").first).to_have_value("1.5")


def test_the_quarterly_survey_goes_from_its_rules_over_a_customer_to_its_figure(
    people: People, company: Company, language: str
) -> None:
    number, _link = company.customer(language)
    company.known_for_long(number)
    page = people.staff(company.staff("supervisor"), language).page
    page.goto(f"{people.base}/reports/surveys")
    form = page.locator("form[action$='/surveys/relationship']")
    form.locator("#relationship-share").fill("100")
    for hours in ("quiet_from", "quiet_until"):
        form.locator(f"#relationship-{hours}").fill("03:00")
    for spared in form.locator("input[name=spared]").all():
        spared.uncheck()
    form.locator("button[type=submit]").click()
    expect(page.locator(".alert-success")).to_be_visible()

    customer = people.own_pages(people.profile(language).new_page())
    customer.page.goto(company.link(number, company.ask_this_quarter(number)))
    customer.rate(5, 4, 3)
    expect(customer.rating_form).to_have_count(0)

    page.goto(f"{people.base}/reports/satisfaction?kind=relationship&by=monthly")
    expect(page.locator(".reports-big").first).to_have_text("80.0")
    page.goto(f"{people.base}/reports/satisfaction/answers?kind=relationship&by=monthly")
    expect(page.locator("main")).to_contain_text(company.quarter())


def test_an_unsaved_analysis_outlasts_a_note_and_is_gone_from_memory_once_saved(
    people: People, company: Company, language: str
) -> None:
    page = people.staff(company.staff("team_lead"), language).open_case(company.claimed(language)).page
    page.locator("form[action^='/rectification/for/'] button").click()
    page.locator("#why-1").fill("接口没有幂等键")
    page.locator("#note").fill("已电话确认")
    page.locator("#note").press("Enter")
    expect(page.locator(".cause-log")).to_contain_text("已电话确认")
    expect(page.locator("#why-1")).to_have_value("接口没有幂等键")
    expect(page.locator("[data-unsaved-told]")).to_be_visible()
    page.locator("#analysis .cause-buttons button:not([name])").click()
    expect(page.locator("#analysis .alert-success")).to_be_visible()
    expect(page.locator("[data-unsaved-told]")).to_be_hidden()
    page.reload()
    expect(page.locator("#why-1")).to_have_value("接口没有幂等键")


def test_an_analysis_typed_on_a_slow_line_outlasts_a_note(people: People, company: Company, language: str) -> None:
    """What keeps it arrives seconds after the fields do."""
    page = people.staff(company.staff("team_lead"), language).open_case(company.claimed(language)).page
    page.route("**/js/causes.js*", lambda route: (page.wait_for_timeout(3_000), route.continue_()))
    page.locator("form[action^='/rectification/for/'] button").click(no_wait_after=True)
    page.locator("#why-1").fill("接口没有幂等键")
    page.locator("#note").fill("已电话确认")
    page.locator("#note").press("Enter")
    expect(page.locator(".cause-log")).to_contain_text("已电话确认")
    expect(page.locator("#why-1")).to_have_value("接口没有幂等键")
