"""A supervisor edits a policy in Chromium: the preview follows what is typed, then it is published, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.promises import PolicyForm
from tests.e2e.people import People


@dataclass(frozen=True)
class Words:
    language: str
    tier: str
    due: str
    today: str
    title: str
    change: str


ZH = Words("zh", "private", "12月2日 周三 22:00", "12月3日 周四 10:00", "投诉 · 私享客户", "36 小时")
EN = Words("en", "gold", "Wed 2 Dec 22:00", "Thu 3 Dec 10:00", "Complaint · Gold", "36 h")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_a_policy_is_edited_with_a_preview_and_published(people: People, words: Words) -> None:
    desk = people.staff("zhou.kai", words.language)
    form = PolicyForm(desk.page, people.base).begin("complaint_default").choose("tier", words.tier)
    form.write("sample.opened", "2026-12-01T10:00")
    expect(form.promised("resolution", "today")).to_contain_text(words.today)
    form.write("c1.amount", "36")
    expect(form.promised("resolution")).to_contain_text(words.due)
    expect(form.promised("resolution", "today")).to_contain_text(words.today)
    form.press("add_level.3")
    expect(form.field("c3.l4.kind")).to_be_focused()
    expect(form.field("c1.amount")).to_have_value("36")
    form.press("remove_level.3.4")
    expect(form.field("c3.l4.kind")).to_have_count(0)
    form.write("c1.amount", "x").press("publish")
    expect(form.page.locator("[id='p-c1.amount']")).to_be_visible()
    form.write("c1.amount", "36").reach("running").press("publish")
    expect(form.page.locator("h1")).to_contain_text(words.title)
    expect(form.page.locator("main")).to_contain_text(words.change)
    expect(form.page.locator("#rollouts .is-done")).to_be_visible(timeout=60_000)  # follows without a reload
    expect(form.page).to_have_url(re.compile(f"complaint_{words.tier}$"))
