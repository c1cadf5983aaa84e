"""The customer's own pages: tickets, letters, survey."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect


class CustomerPages:
    """One customer's window."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.number = ""

    def write_complaint(self) -> CustomerPages:
        """Opens the empty complaint form."""
        self.page.goto(f"{self.base}/my/complaint")
        return self

    def fill_in(self, description: str, category: str) -> CustomerPages:
        """Writes what must be written, to be answered on these pages."""
        self.page.locator("#f-description").fill(description)
        for name, value in (("category", category), ("contact_channel", "chat")):
            self.page.locator(f".choice:has(input[name={name}][value={value}])").click()
        self.page.locator("input[name=consent]").check()
        return self

    def send_complaint(self) -> CustomerPages:
        """Presses the form's button."""
        self.page.locator("form.complaint button[type=submit]").click()
        return self

    def accepted(self) -> str:
        """The number on the page that says it is accepted."""
        expect(self.page.locator(".done-number")).to_be_visible()
        self.number = self.page.locator(".done-number").inner_text().strip()
        return self.number

    def complain(self, description: str, category: str) -> str:
        """Fills in the complaint form, to be answered on these pages; gives the ticket's number."""
        return self.write_complaint().fill_in(description, category).send_complaint().accepted()

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

    def attach(self, *files: FilePayload) -> CustomerPages:
        """Chooses files to show."""
        self.page.locator("#f-files").set_input_files(list(files))
        return self

    @property
    def chosen(self) -> Locator:
        """The files chosen, with how far they are."""
        return self.page.locator(".evidence-row")

    @property
    def uploaded(self) -> Locator:
        """Those that are on the server."""
        return self.page.locator(".evidence-row.is-sent")

    @property
    def evidence(self) -> Locator:
        """What was sent, on the ticket's page."""
        return self.page.locator(".evidence-shown li")

    @property
    def mistakes(self) -> Locator:
        """The list above a refused form."""
        return self.page.locator(".my-summary a")

    @property
    def notice(self) -> Locator:
        """What the page says about what was just done."""
        return self.page.locator(".my-notice").first

    @property
    def next_step(self) -> Locator:
        return self.page.locator(".ticket-next")

    @property
    def log(self) -> Locator:
        """What has happened so far, the newest first."""
        return self.page.locator(".timeline li")

    def add(self, text: str = "") -> CustomerPages:
        """Sends an addition from the ticket's page."""
        self.page.locator("#f-text").fill(text)
        self.page.locator("form[action$='/additions'] button[type=submit]").click()
        return self

    def withdraw(self, reason: str) -> CustomerPages:
        """Asks to withdraw, and confirms it."""
        self.page.locator("a[href$='/withdrawal']").click()
        self.page.locator("#f-reason").fill(reason)
        self.page.locator("button.btn-outline-danger").click()
        return self

    def reopen(self, reason: str) -> CustomerPages:
        """Asks for another round."""
        self.page.locator("#f-reason").fill(reason)
        self.page.locator("form[action$='/reopening'] button[type=submit]").click()
        return self

    def my_data(self) -> CustomerPages:
        """Goes to what is held of them."""
        self.page.locator(".my-nav a[href='/my/data']").click()
        expect(self.page.locator(".data-held")).to_be_visible()
        return self

    def my_consents(self) -> CustomerPages:
        """Goes from what is held of them to what they let us send."""
        self.page.locator("a[href='/my/data/consents']").click()
        expect(self.page.locator(".consent-card")).to_have_count(3)
        return self

    def consent(self, purpose: str) -> Locator:
        """What stands of one purpose."""
        return self.page.locator(f".consent-card:has(#c-{purpose})")

    def choose(self, purpose: str) -> CustomerPages:
        """Turns one purpose round."""
        self.consent(purpose).locator("button").click()
        expect(self.notice).to_be_visible()
        return self

    def erasure(self) -> CustomerPages:
        """Goes from what is held of them to having it erased."""
        self.page.locator("a[href='/my/data/erasure']").click()
        expect(self.page.locator("#goes")).to_be_visible()
        return self

    def ask_to_be_erased(self) -> CustomerPages:
        """Ticks that it is final, and asks."""
        self.page.locator("input[name=confirmed]").check()
        self.page.locator("form[action='/my/data/erasure'] button").click()
        expect(self.page.locator("#erasure-status")).to_be_visible()
        return self

    def take_back_erasure(self) -> CustomerPages:
        """Takes the request back."""
        self.page.locator("form[action='/my/data/erasure/withdrawal'] button").click()
        expect(self.page.locator("form[action='/my/data/erasure'] button")).to_be_visible()
        return self

    @property
    def erasure_status(self) -> Locator:
        return self.page.locator("#erasure-status")

    def ask_for_copy(self) -> CustomerPages:
        """Asks for a copy of their data."""
        self.page.locator("form[action='/my/data/exports'] button").click()
        expect(self.exports.first).to_be_visible()
        return self

    @property
    def exports(self) -> Locator:
        return self.page.locator(".data-exports li")

    def fetch_copy(self) -> Path:
        """Downloads the newest copy."""
        with self.page.expect_download() as started:
            self.exports.first.locator("button").click()
        return started.value.path()
