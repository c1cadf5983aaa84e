"""The page of results, the box in the bar and the palette's list."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ticketing.platform.db import Database
from ticketing.search import service


@pytest.fixture
def indexed(ticket: str, company: Database) -> str:
    """The number of a complaint that can be found."""
    service.index_changes(company)
    return ticket


def test_results_are_shown_by_kind_with_the_words_marked(signed_in: Any, indexed: str) -> None:
    browser = signed_in("chen")
    browser.get("/search?q=轉賬")
    assert f'href="/desk/tickets/{indexed}"' in browser.page
    assert "<mark>转账</mark>两千块没到账&lt;script&gt;" in browser.page
    assert "工单 1" in browser.words
    assert "消息 0" in browser.words


def test_one_kind_has_a_page_of_its_own(signed_in: Any, indexed: str) -> None:
    browser = signed_in("chen")
    browser.get("/search?q=转账&kind=ticket")
    assert indexed in browser.page
    browser.get("/search?q=转账&kind=article")
    assert "没有找到“转账”" in browser.words


def test_an_empty_box_says_what_can_be_looked_for(signed_in: Any) -> None:
    browser = signed_in("chen")
    for address in ("/search", "/search?q=%20", "/search?q=!!"):
        browser.get(address)
        assert "想找什么" in browser.words
    browser.get("/search?lang=en")
    assert "What are you looking for" in browser.words


def test_the_quick_list_is_a_listbox_of_at_most_eight_links(signed_in: Any, indexed: str) -> None:
    browser = signed_in("chen")
    answer = browser.get("/search/quick?q=转账")
    assert answer.text.lstrip().startswith('<ul role="listbox"')
    options = re.findall(r'<li role="option"[^>]*><a href="([^"]+)"', answer.text)
    assert options == [f"/desk/tickets/{indexed}"]
    assert browser.get("/search/quick?q=").text.count("<li") == 0


def test_customers_stay_masked(signed_in: Any, indexed: str) -> None:
    browser = signed_in("chen")
    browser.get("/search?q=王建国")
    assert "王**" in browser.words
    assert "138****5678" in browser.words
    assert "13812345678" not in browser.page


def test_who_may_not_read_tickets_finds_only_articles(signed_in: Any, indexed: str) -> None:
    browser = signed_in("wu")
    browser.get("/search?q=转账")
    assert indexed not in browser.page
    assert "文章 0" in browser.words
    assert "工单" not in browser.words.replace("搜索工单、消息、客户、文章", "")


def test_the_box_stands_on_every_staff_page(signed_in: Any) -> None:
    browser = signed_in("chen")
    browser.get("/desk")
    assert 'action="/search"' in browser.page


@pytest.mark.parametrize("query", ["cursor=rubbish&q=a&kind=ticket", "q=%00", "kind=zzz&q=a", "q=" + "转" * 500])
def test_odd_addresses_never_break(signed_in: Any, query: str) -> None:
    assert signed_in("chen").get(f"/search?{query}").status_code in {200, 400}


def test_the_box_keeps_what_was_typed(signed_in: Any, indexed: str) -> None:
    browser = signed_in("chen")
    browser.get("/search?q=轉賬")
    assert 'value="轉賬"' in browser.page
    assert 'href="/search?q=%E8%BD%89%E8%B3%AC&amp;kind=ticket"' in browser.page
