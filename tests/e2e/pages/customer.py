"""The customer's own pages: tickets, letters, survey."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class CustomerPages:
    """One customer's window."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def complain(self, description: str, category: str) -> str:
        """Fills in the complaint form, to be answered on these pages; gives the ticket's number."""
        self.page.goto(f"{self.base}/my/complaint")
        self.page.locator("#f-description").fill(description)
        for name, value in (("category", category), ("contact_channel", "chat")):
            self.page.locator(f".choice:has(input[name={name}][value={value}])").click()
        self.page.locator("input[name=consent]").check()
        self.page.locator("form.complaint button[type=submit]").click()
        number = self.page.locator(".done-number")
        expect(number).to_be_visible()
        return number.inner_text().strip()

    def ticket_list(self) -> Locator:
        """The rows of the list, on the screen."""
        expect(self.page.locator("main h1")).to_be_visible()
        return self.page.locator(".ticket-row")

    def open_ticket(self, number: str) -> CustomerPages:
        """Goes from the list to a ticket."""
        self.page.get_by_role("link", name=number, exact=True).click()
        expect(self.page.locator("main h1")).to_contain_text(number)
        return self

    @property
    def stages(self) -> Locator:
        return self.page.locator(".stages .stage")

    @property
    def promises(self) -> Locator:
        return self.page.locator("main .promise")

    @property
    def answer(self) -> Locator:
        """The written answer on the ticket's page."""
        return self.page.locator(".my-card.is-answer")

    @property
    def letter(self) -> Locator:
        return self.page.locator("article.letter")

    def read_letter(self) -> CustomerPages:
        """Opens the letter from the ticket's page."""
        self.page.locator("a[href*='/letter']").first.click()
        expect(self.letter).to_be_visible()
        return self

    def download_letter(self) -> tuple[str, bytes]:
        """The letter's PDF, once the worker has made it: its name and content."""
        link = self.page.locator("a[href*='/letter.pdf']")
        for _ in range(30):
            if link.count():
                break
            self.page.wait_for_timeout(500)
            self.page.reload()
        with self.page.expect_download() as started:
            link.click()
        return started.value.suggested_filename, started.value.path().read_bytes()

    def open_survey(self) -> CustomerPages:
        """Follows the invitation on the list or on a ticket."""
        self.page.locator("a[href^='/my/surveys/']").first.click()
        expect(self.rating_form).to_be_visible()
        return self

    @property
    def rating_form(self) -> Locator:
        return self.page.locator("form:has(.rating)")

    @property
    def chosen_marks(self) -> Locator:
        """Stars that are on."""
        return self.page.locator(".star input:checked")

    def rate(self, speed: int, completeness: int, solution: int) -> CustomerPages:
        """Gives three marks and sends them."""
        for part, mark in (("speed", speed), ("completeness", completeness), ("solution", solution)):
            self.page.locator(f".star:has(input[name={part}][value='{mark}'])").click()
        self.rating_form.locator("button[type=submit]").click()
        return self

    @property
    def heading(self) -> Locator:
        return self.page.locator("main h1")
