"""Both languages are whole, and pages are in the reader's."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from flask import Flask

from tests.desk import Browser
from ticketing.notify.service import texts
from ticketing.platform.db import Database
from ticketing.platform.errors import catalogue
from ticketing.privacy import words as archived
from ticketing.reports.periodic import wording as periodic
from ticketing.staff.rules import Permission
from ticketing.surveys.rules import PARTS
from ticketing.tickets.wording import NAMES
from web import language
from web.assets import ICONS
from web.navigation import AREAS

TEMPLATES = sorted(Path("web/templates").rglob("*.html"))
SOURCES = [path.read_text(encoding="utf-8") for path in [*TEMPLATES, *Path("web").glob("*/*.py")]]
HAN = re.compile(r"[一-鿿]")


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def test_every_text_has_both_languages_with_the_same_placeholders() -> None:
    for key, entry in language.catalogue().items():
        assert set(entry) == {"zh", "en"}, key
        assert all(value.strip() for value in entry.values()), key
        assert placeholders(entry["zh"]) == placeholders(entry["en"]), key
        assert not HAN.search(entry["en"].replace("中文", "")), key


def test_every_text_a_template_asks_for_exists() -> None:
    asked = {key for source in SOURCES for key in re.findall(r"""\bt\(\s*"([a-z_.]+)"\s*[,)]""", source)}
    assert asked - language.catalogue().keys() == set()
    parts = {part for source in SOURCES for part in re.findall(r"""\bt\(\s*"([a-z_.]+)" ~""", source)}
    assert [part for part in parts if not any(key.startswith(part) for key in language.catalogue())] == []


def test_no_text_leaves_the_number_open() -> None:
    pages = {key: entry["en"] for key, entry in language.catalogue().items()}
    messages = {f"{code} {part}": text for code, spoken in texts().items() for part, text in spoken["en"].items()}
    reports = {key: entry["en"] for key, entry in periodic.catalogue().items()}
    everything = {**pages, **messages, **reports}
    assert [key for key, text in everything.items() if "(s)" in text] == []
    assert language.fill(pages["desk.history.counts"], {"all": 1, "open": 1}) == "1 ticket, 1 open"
    assert language.fill(pages["desk.history.marks"], {"mark": "4.3", "count": 1}) == "rated 4.3 (once)"


@pytest.mark.parametrize("number", [0, 1])
def test_the_parts_of_a_rating_are_called_the_same_everywhere(number: int) -> None:
    """Labels take the names from one place; sentences that hold all three are written out."""
    names = [words[number] for words in NAMES["survey_part"].values()]
    code = language.LANGUAGES[number]
    invitations = [texts()[kind][code]["text"] for kind in ("survey", "chat_survey", "relationship_survey")]
    leads = [language.catalogue()["satisfaction.lead"][code], periodic.catalogue()["satisfaction.hint"][code]]
    missing = [(text, name) for text in [*invitations, *leads] for name in names if name.lower() not in text.lower()]
    assert missing == []
    assert [archived.field(part, code) for part in PARTS] == names


def test_tickets_are_counted_with_one_word() -> None:
    """件, as cases are everywhere; 张 is for pictures and cards."""
    pages = {key: entry["zh"] for key, entry in language.catalogue().items()}
    messages = {code: str(spoken["zh"]) for code, spoken in texts().items()}
    refusals = {code: entry.zh for code, entry in catalogue().items()}
    told = {**pages, **messages, **refusals}
    assert {key: text for key, text in told.items() if re.search(r"(?<![主紧夸扩])张(?!图片)", text)} == {}


def test_every_permission_has_a_name_on_the_account_page() -> None:
    assert {f"permission.{item}" for item in Permission} - language.catalogue().keys() == set()


def test_templates_hold_no_words_of_their_own() -> None:
    spoken = {str(path): HAN.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: found for path, found in spoken.items() if found and "demo" not in path} == {}


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=", re.IGNORECASE)
    found = {str(path): inline.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_every_icon_that_is_named_exists() -> None:
    if not ICONS.is_dir():
        pytest.skip("front-end packages are not installed: make setup")
    named = {name for source in SOURCES for name in re.findall(r"""icon\("([a-z0-9-]+)""", source)} | {
        area.icon for area in AREAS
    }
    assert [name for name in sorted(named) if not (ICONS / f"{name}.svg").is_file()] == []


@pytest.mark.parametrize(
    ("accepts", "words"),
    [("zh-CN,zh;q=0.9", "登录工作台"), ("en-GB,en;q=0.8", "Sign in to your desk"), ("fr", "登录工作台")],
)
def test_a_strangers_page_follows_the_browser(app: Flask, accepts: str, words: str) -> None:
    browser = Browser(app)
    browser.get("/sign-in", headers={"Accept-Language": accepts})
    assert words in browser.words


def test_the_switch_outlasts_the_page_and_sign_in(app: Flask, company: Database) -> None:
    browser = Browser(app)
    browser.get("/sign-in?lang=en")
    assert '<html lang="en"' in browser.page
    browser.sign_in("chen")
    browser.get("/desk")
    assert "All open" in browser.words


def test_refusals_speak_the_readers_language(signed_in: Any) -> None:
    browser = signed_in("chen")
    browser.get("/desk?lang=en")
    browser.get("/desk/tickets/KS-1")
    assert "We could not find ticket KS-1" in browser.words
