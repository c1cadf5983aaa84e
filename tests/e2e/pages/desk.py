"""The agent desk."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

PASSWORD = "kesu-demo-2026"


class Desk:
    """One member of staff at the desk."""

    def __init__(self, page: Page, base: str, language: str) -> None:
        self.page, self.base, self.zh = page, base, language == "zh"
        self.dialogs: list[str] = []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def sign_in(self, login: str) -> Desk:
        """Signs in with the demo company's password."""
        self.page.goto(f"{self.base}/sign-in?lang={'zh' if self.zh else 'en'}")
        self.page.locator("#login").fill(login)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("form button[type=submit]").click()
        expect(self.page.locator(".person-name")).to_be_visible()
        return self

    def queue(self, view: str = "unclaimed") -> Desk:
        """Goes to a tab of the queue: mine, unclaimed, open or chats."""
        self.page.goto(f"{self.base}/desk?view={view}")
        return self

    def first_number(self) -> str:
        """The number of the first ticket in the queue."""
        return self.page.locator("#queue .row-number b").first.inner_text().strip()

    def open_chat(self, conversation: str) -> Desk:
        """Opens a conversation."""
        self.page.goto(f"{self.base}/desk/chats/{conversation}")
        expect(self.transcript.first).to_be_attached()
        return self

    def row(self, number: str) -> Locator:
        """A ticket's row in the queue."""
        return self.page.locator(f"#row-{number}")

    def countdown(self, number: str) -> Locator:
        """The time left in a ticket's row."""
        return self.row(number).locator("time.countdown")

    def open_case(self, number: str) -> Desk:
        """Opens a ticket."""
        self.page.goto(f"{self.base}/desk/tickets/{number}")
        expect(self.page.locator("#case-head h1")).to_contain_text(number)
        return self

    @property
    def next_step(self) -> Locator:
        """The step that comes next, in the dock."""
        return self.page.locator("section.next")

    def dock(self, name: str) -> Desk:
        """Opens a tab of the dock: reply, note or step."""
        tab = self.page.locator(f"#dock-tab-{name}")
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        expect(self.page.locator(f"#panel-{name}")).to_be_visible()
        return self

    @property
    def events(self) -> Locator:
        """What happened, on the timeline."""
        return self.page.locator("#timeline li.event")

    @property
    def here(self) -> Locator:
        """Who else has the case open."""
        return self.page.locator("#here")

    @property
    def undo(self) -> Locator:
        """What can be taken back for some seconds."""
        return self.page.locator("#undo")

    @property
    def stage(self) -> Locator:
        """The stage the case is in."""
        return self.page.locator(".progress-steps [aria-current=step]")

    @property
    def transcript(self) -> Locator:
        """The conversation's lines."""
        return self.page.locator("#talk li.line")

    @property
    def clocks(self) -> Locator:
        """The promised times in the head of the case."""
        return self.page.locator("#case-head .clocks > .clock")

    def claim(self) -> Desk:
        """Takes the ticket, and the customer if still there."""
        self._press("领取工单", "Claim this ticket")
        expect(self.next_step.locator("#f-findings")).to_be_attached()
        return self

    def reply(self, text: str) -> Desk:
        """Answers the customer."""
        if self.page.locator("#dock-tab-reply").count():
            self.dock("reply")
        self.page.locator("#reply").fill(text)
        self.page.locator("#reply").press("Enter")
        expect(self.transcript.filter(has_text=text)).to_have_count(1)
        return self

    def record_findings(self, text: str) -> Desk:
        """Writes what was found out."""
        self.dock("step")
        self.page.locator("#f-findings").fill(text)
        self._press("保存调查结论", "Save findings")
        expect(self.next_step.locator("#f-cause")).to_be_attached()
        return self

    def decide(self, cause: str, measures: str, follow_up_plan: str) -> Desk:
        """Writes the decision."""
        self.dock("step")
        for name, text in (("cause", cause), ("measures", measures), ("follow_up_plan", follow_up_plan)):
            self.next_step.locator(f"#f-{name}").fill(text)
        self._press("保存处理决定", "Save decision")
        return self

    def draft_letter(self) -> Desk:
        """Has the letter written from the case's facts."""
        self._press("起草答复函", "Draft the letter")
        expect(self.page.locator("[data-dialog=letter]")).to_be_attached()
        return self

    def approve_letter(self) -> Desk:
        """Approves a colleague's letter."""
        self._press("审批通过", "Approve")
        expect(self._button("审批通过", "Approve")).to_have_count(0)
        return self

    def return_letter(self, comment: str) -> Desk:
        """Gives a colleague's letter back, with what should be changed."""
        self.dock("step")
        self.next_step.locator("details.change summary").last.click()
        self.next_step.locator("#f-comment").fill(comment)
        self._press("退回起草人", "Return to its author")
        expect(self._button("退回起草人", "Return to its author")).to_have_count(0)
        return self

    def edit_letter(self, part: str, text: str) -> Desk:
        """Words a part of the letter differently, on the letter's own page."""
        self.dock("step")
        self.next_step.get_by_role("link", name=re.compile("修改答复函|Edit the letter")).click()
        self.page.locator(f"#f-{part}").fill(text)
        self.page.get_by_role("button", name=re.compile("保存为新版本|Save as a new version")).click()
        expect(self.page.locator(".letter-revisions ins").first).to_be_visible()
        return self

    def send_letter(self) -> Desk:
        """Sends the letter and waits until the page says that it was delivered."""
        self._press("发送给客户", "Send to the customer")
        return self.refresh_until(self._button("结案", "Close the ticket"))

    def close(self) -> Desk:
        """Closes the ticket."""
        self._press("结案", "Close the ticket")
        expect(self.next_step.locator("textarea[name=reason]")).to_be_attached()
        return self

    def refresh_until(self, wanted: Locator) -> Desk:
        """Waits until the page, which follows its ticket, offers something."""
        self.dock("step")
        expect(wanted).to_be_attached()
        return self

    def _button(self, zh: str, en: str) -> Locator:
        return self.next_step.get_by_role("button", name=re.compile(f"^({zh}|{en})$"), include_hidden=True)

    def _press(self, zh: str, en: str) -> None:
        self.dock("step")._button(zh, en).click()
