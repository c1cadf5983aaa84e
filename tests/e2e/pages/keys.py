"""The desk as someone works it who never touches the mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.pages.desk import Desk


class Keys(Desk):
    """One agent at a case, with the keyboard alone."""

    def press(self, *keys: str) -> Keys:
        """Presses keys one after the other, once the page listens to them."""
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def write(self, *texts: str) -> Keys:
        """Types texts into boxes that follow each other and submits their form."""
        for index, text in enumerate(texts):
            if index:
                self.press("Tab")
            self.page.keyboard.insert_text(text)
        return self.press("Control+Enter")

    def claim_case(self) -> Keys:
        """Claims, and sees that it can be undone."""
        self.press("c")
        expect(self.undo).to_be_visible()
        return self

    def answer(self, text: str) -> Keys:
        """Answers in the chat and leaves the box."""
        self.press("r")
        expect(self.page.locator("#reply")).to_be_focused()
        self.page.keyboard.insert_text(text)
        self.press("Enter")
        expect(self.transcript.filter(has_text=text)).to_have_count(1)
        return self.press("Escape")

    def step(self, wanted: str) -> Keys:
        """Goes to the next step, where one is already after the one before, and waits until the focus is where it has to be."""
        target = self.page.locator(wanted)
        expect(target).to_be_attached()
        self.page.wait_for_load_state()
        if not self.page.evaluate("document.getElementById('panel-step').contains(document.activeElement)"):
            self.press("s")
        expect(target).to_be_focused()
        return self

    def add_note(self, *keys: str, text: str) -> Keys:
        """Writes a note; ``keys`` are typed one by one before the text."""
        self.page.wait_for_load_state()
        self.press("n")
        expect(self.page.locator("#f-note")).to_be_focused()
        expect(self.page.locator("#mention-menu [role=option]").first).to_be_attached()
        self.page.keyboard.type(keys[0] if keys else "")
        self.press(*keys[1:])
        return self.write(text)

    def command(self, words: str) -> Keys:
        """Runs the palette's first answer to some words."""
        self.page.wait_for_load_state()
        self.press("Control+k")
        expect(self.page.locator("#palette-input")).to_be_focused()
        self.page.keyboard.insert_text(words)
        expect(self.chosen).to_contain_text(words)
        return self.press("Enter")

    @property
    def chosen(self) -> Locator:
        """What Enter would run in the palette."""
        return self.page.locator("#palette-list [role=option][aria-selected=true]")

    @property
    def owner(self) -> Locator:
        """Who owns the case, in its head."""
        return self.page.locator(".case-owner")

    def told(self, event: str) -> Locator:
        """Entries on the timeline that say something."""
        return self.events.filter(has_text=re.compile(event))
