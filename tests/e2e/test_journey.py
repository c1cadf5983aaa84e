"""The whole way of one complaint, once in Chinese and once in English: customer, agent, team lead, supervisor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.host import Host
from tests.e2e.pages.desk import Desk
from tests.e2e.pages.widget import Widget
from tests.e2e.people import People
from tests.e2e.stories import EN, ZH, Story


@pytest.mark.parametrize("story", [ZH, EN], ids=lambda story: story.language)
def test_a_complaint_goes_from_the_first_question_to_the_rating(people: People, shop: Host, story: Story) -> None:
    customer = people.customer(shop, story.language)
    ask_a_question(customer, story)
    tell_the_complaint(customer, story)
    number = confirm(customer, story)
    reload_keeps_everything(customer, story, number)
    agent = people.staff("lin.yue", story.language)
    take_over(customer, agent, story, number)
    decide(customer, agent, story)
    answer_in_writing(people, agent, story, number)
    read_the_answer(people, customer, story, number)
    agent.close()
    rate(people, customer, story, number)
    look_at_the_board(people, story, number)


def ask_a_question(customer: Widget, story: Story) -> None:
    """The greeting, and a question that the knowledge base knows."""
    expect(customer.lines.first).to_contain_text(story.greeting)
    customer.say(story.question).hears(story.answer)


def tell_the_complaint(customer: Widget, story: Story) -> None:
    """One sentence opens it; questions, a digression and a correction follow, then the summary."""
    customer.say(story.complaint).hears(*story.guess)
    for turn in story.taking:
        (customer.tap if turn.how == "tap" else customer.say)(turn.what)
        customer.hears(*turn.hears)
        expect(customer.lines.nth(-2)).to_contain_text(turn.before)
    customer.hears(*story.summary)


def confirm(customer: Widget, story: Story) -> str:
    """A double click makes one ticket; its number and both promised times are told."""
    customer.tap_twice(story.confirm)
    number = customer.ticket_number()
    customer.hears(*story.filed)
    expect(customer.ticket_cards).to_have_count(1)
    expect(customer.lines.last.locator(".promises li")).to_have_count(2)
    return number


def reload_keeps_everything(customer: Widget, story: Story, number: str) -> None:
    """The conversation is still there after the page was loaded again, panel open."""
    count = customer.lines.count()
    customer.page.reload()
    expect(customer.lines).to_have_count(count)
    expect(customer.said(story.complaint).first).to_be_attached()
    expect(customer.ticket_cards).to_have_text(number)


def take_over(customer: Widget, agent: Desk, story: Story, number: str) -> None:
    """The agent finds the ticket with its countdown and claims it; from then on the assistant is silent."""
    agent.queue("unclaimed")
    expect(agent.countdown(number)).to_have_text(re.compile(r"\d"))
    agent.open_case(number)
    expect(agent.clocks).to_have_count(2)
    agent.claim()
    expect(customer.said(story.joined)).not_to_have_count(0)
    said_by_assistant = customer.answers.count()
    customer.say(story.customer_asks)
    expect(agent.transcript.filter(has_text=story.customer_asks)).to_have_count(1)
    agent.reply(story.agent_replies)
    expect(customer.said(story.agent_replies)).to_be_visible(timeout=5_000)
    assert customer.answers.count() == said_by_assistant


def decide(customer: Widget, agent: Desk, story: Story) -> None:
    """Findings, which the customer is told, then the decision with its three parts."""
    agent.record_findings(story.findings)
    expect(customer.said(story.findings)).to_be_visible()
    agent.decide(story.cause, story.measures, story.follow_up_plan)
    agent.draft_letter()


def answer_in_writing(people: People, agent: Desk, story: Story, number: str) -> None:
    """A serious case needs a second person, who wants it changed first; then the letter is sent."""
    send = agent.dock("step").next_step.get_by_role("button", name=re.compile("发送给客户|Send to the customer"))
    if story.serious:
        expect(send).to_have_count(0)
        lead = people.staff("zhao.min", story.language).open_case(number).return_letter(story.lead_wants)
        agent.open_case(number)
        expect(agent.next_step).to_contain_text(story.lead_wants)
        agent.edit_letter("closing", story.apology).open_case(number)
        lead.open_case(number).approve_letter()
        agent.refresh_until(send)
    agent.send_letter()


def read_the_answer(people: People, customer: Widget, story: Story, number: str) -> None:
    """The answer stands in the chat, on the customer's own page, and in the letter."""
    expect(customer.said(story.cause)).to_be_visible()
    mine = people.own_pages(customer.my_tickets())
    expect(mine.ticket_list()).to_have_count(1)
    mine.open_ticket(number)
    for text in (story.cause, story.measures, story.follow_up_plan):
        expect(mine.answer).to_contain_text(text)
    mine.read_letter()
    expect(mine.letter).to_contain_text(number)
    expect(mine.letter).to_contain_text(story.measures)
    if story.serious:
        expect(mine.letter).to_contain_text(story.apology)
    name, content = mine.download_letter()
    assert (number in name, content[:5]) == (True, b"%PDF-")
    letter = people.own_pages(customer.follow(story.answer_link))
    expect(letter.page.locator("main")).to_contain_text(story.measures)


def rate(people: People, customer: Widget, story: Story, number: str) -> None:
    """The survey comes into the chat; looking at its page records nothing, answering works once, here or there."""
    expect(customer.said(story.closing).last).to_contain_text(number)
    survey = people.own_pages(customer.my_tickets()).open_survey()
    for _ in range(2):
        survey.page.reload()
        expect(survey.rating_form).to_be_visible()
        expect(survey.chosen_marks).to_have_count(0)
    address = survey.page.url
    if story.rates_in == "page":
        survey.rate(4, 5, 5)
        expect(survey.heading).to_have_text(story.thanks)
    else:
        customer.rate(4, 5, 5)
        expect(customer.said(story.thanks)).to_be_visible()
    survey.page.goto(address)
    expect(survey.heading).to_have_text(re.compile("已经评价过了|Already answered"))
    expect(survey.rating_form).to_have_count(0)


def look_at_the_board(people: People, story: Story, number: str) -> None:
    """The supervisor sees what was closed and rated, and what the demo company is late with."""
    board = people.supervisor("zhou.kai", story.language)
    assert board.figure(story.tiles[0]) >= 1
    expect(board.late.first).to_be_visible()
    expect(board.late.first.locator("time.countdown.is-late")).to_be_visible()
    board.page.goto(f"{people.base}/board/load")
    expect(board.charts).to_have_count(2)
    board.page.goto(f"{people.base}/board/tickets?show=closed_today")
    expect(board.page.locator("table")).to_contain_text(number)
    board.page.goto(f"{people.base}/board/tickets?show=rated")
    expect(board.page.locator("table")).to_contain_text(number)
