"""A form of a page as a browser would send it: every field with what stands in it."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.desk import Browser

TICKED = ("checkbox", "radio")


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.fields = form_id, False, MultiDict[str, str]()
        self.select, self.options, self.area = "", list[tuple[str, bool]](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside:
            return
        if tag == "select":
            self.select, self.options = given["name"], []
        elif tag == "option" and self.select:
            self.options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self.area = given["name"]
            self.fields.add(self.area, "")
        elif tag == "input" and "name" in given and ("checked" in given or given.get("type") not in TICKED):
            self.fields.add(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area and self.inside:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        if tag == "form":
            self.inside = False
        if tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [self.options[0][0]]
            self.fields.add(self.select, chosen[0])
            self.select = ""


def filled(page: str, form_id: str = "policy-form") -> MultiDict[str, str]:
    """What stands in a form of the page."""
    parser = _Fields(form_id)
    parser.feed(page)
    return parser.fields


def send(browser: Browser, path: str, *, form_id: str = "policy-form", **changes: str | list[str]) -> TestResponse:
    """Send the form of the page last seen with some fields changed; `__` in a name stands for the dot."""
    fields = filled(browser.page, form_id)
    for name, value in changes.items():
        fields.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    answer = browser.http.post(path, data=fields)
    if answer.mimetype == "text/html" and answer.status_code != 303:
        browser.page = answer.text
    return answer
