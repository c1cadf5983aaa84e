"""Staff pages on phones and desks: the menu, and an account from its one-time password to its end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.own_pages.conftest import Company
from tests.e2e.people import People
from tests.e2e.test_accessibility import CLEAN, in_both_themes

PHONE = {"viewport": {"width": 390, "height": 844}}
MORE = {"zh": "更多", "en": "More"}
OWN = "tea kettle on the hill"


def fits(page: Page) -> bool:
    """Whether nothing hangs over the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_menu_on_a_phone_has_words_and_a_key_opens_the_rest(
    people: People, company: Company, language: str
) -> None:
    page = people.staff(company.staff("supervisor"), language, bypass_csp=True, **PHONE).page
    page.goto(f"{people.base}/account")
    menu = page.locator(".staff-menu")
    expect(menu.get_by_role("link")).to_have_count(4)
    assert all(one.inner_text().strip() for one in menu.get_by_role("link").all())
    more = menu.locator("summary")
    expect(more).to_have_text(MORE[language])
    more.focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link")).to_have_count(9)
    assert all(
        box["x"] >= 0 and box["x"] + box["width"] <= 390
        for one in menu.get_by_role("link").all()
        if (box := one.bounding_box())
    )
    assert in_both_themes(page) == CLEAN
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(menu.get_by_role("link")).to_have_count(4)
    assert fits(page)
    page.goto(f"{people.base}/roster")
    expect(menu.locator("summary .icon")).to_be_visible()
    expect(menu.locator(".menu-panel [aria-current=page]")).to_have_count(1)


def test_the_menu_at_a_desk_has_no_more(people: People, company: Company) -> None:
    page = people.staff(company.staff("supervisor"), "zh").page
    expect(page.locator(".staff-menu").get_by_role("link")).to_have_count(9)
    expect(page.locator(".staff-more")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
def test_an_account_from_its_one_time_password_to_its_end(
    people: People, company: Company, language: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 844}, "bypass_csp": True}
    admin = people.staff(company.staff("admin"), language, **options).page
    admin.goto(f"{people.base}/staff")
    assert in_both_themes(admin) == CLEAN
    assert fits(admin)
    admin.locator("a[href='/staff/new']").click()
    assert in_both_themes(admin) == CLEAN
    assert fits(admin)
    login = f"new.{language}{width}"
    admin.locator("#f-login").fill(login)
    admin.locator("#f-name").fill("张三")
    admin.locator("#f-email").fill("zhang@example.com")
    admin.locator("#f-role").select_option("agent")
    admin.locator("main form button[type=submit]").click()
    password = admin.locator(".one-time").inner_text()
    assert in_both_themes(admin) == CLEAN
    assert fits(admin)

    page = people.profile(language, **options).new_page()
    page.goto(f"{people.base}/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("#current")).to_be_visible()
    assert in_both_themes(page) == CLEAN
    assert fits(page)
    for field, typed in (("current", password), ("wanted", OWN), ("repeated", OWN)):
        page.locator(f"#{field}").fill(typed)
    page.keyboard.press("Enter")
    expect(page.locator(".staff-menu")).to_be_visible()

    admin.locator("form[action$='/deactivation'] button").click()
    expect(admin.locator("form[action$='/reactivation'] button")).to_be_visible()
    page.goto(f"{people.base}/desk")
    expect(page.locator("#login")).to_be_visible()
