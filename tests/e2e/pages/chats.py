"""The desk as an agent with several chats has it."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.e2e.pages.desk import Desk


class Chats(Desk):
    """One agent's chats: the package, suggestions, canned answers, tabs."""

    @property
    def brief(self) -> Locator:
        """The package."""
        return self.page.locator("#brief")

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#reply")

    @property
    def articles(self) -> Locator:
        """The suggested articles."""
        return self.page.locator("#assist .assist-articles li")

    def tab(self, conversation: str) -> Locator:
        """One of the agent's chats."""
        return self.page.locator(f"#tab-chat-{conversation}")

    @property
    def menu(self) -> Locator:
        """The canned answers that are offered."""
        return self.page.locator("#macro-menu [role=option]:visible")

    @property
    def held(self) -> Locator:
        """The reply that the customer does not have yet."""
        return self.page.locator("#held")

    @property
    def held_told(self) -> Locator:
        """What a screen reader is told of it."""
        return self.page.locator("#held-told")

    @property
    def name(self) -> str:
        """Their own name, as the customer is told it."""
        return self.page.locator(".person-name").inner_text().strip()

    def take_over(self, conversation: str) -> Chats:
        """Opens a waiting conversation and claims it by its key."""
        self.open_chat(conversation)
        self.page.locator("#talk-bar button[data-key=c]").click()
        self.box.wait_for()
        return self

    def send(self) -> Chats:
        """Sends what stands in the box."""
        self.box.press("Enter")
        return self

    def hand_back(self) -> Chats:
        """Gives the customer back to the assistant."""
        self.page.locator("#talk-bar form[action$=hand-back] button").click()
        self.page.locator(".composer-off").wait_for()
        return self
