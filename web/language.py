"""Pages in two languages: which one the reader gets, and the texts, words and times in it.

Texts stand in ``web/texts/*.yml`` as ``key: {zh: …, en: …}``; templates say ``{{ t("desk.claim") }}``. A missing key is an
error, and a test keeps both languages whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, request

from ticketing.platform import yaml_files
from ticketing.platform.http import runtime
from ticketing.platform.plurals import fill
from ticketing.tickets import wording

LANGUAGES = ("zh", "en")
COOKIE = "kesu_language"
COOKIE_SECONDS = 365 * 24 * 3600
SOON = timedelta(hours=6)
TEXTS = Path(__file__).with_name("texts")
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def install(app: Flask) -> None:
    """Choose the language before each page and give templates their words."""
    app.before_request(_choose)
    app.after_request(_remember)
    app.jinja_env.globals.update(
        t=text,
        word=word,
        sentences=sentences,
        language=current,
        html_lang=lambda: HTML_LANG[current()],
        other_language=lambda: "en" if current() == "zh" else "zh",
        in_language=in_language,
        now=lambda: runtime().clock.now(),
        company=company,
        urgency=urgency,
    )
    app.jinja_env.filters.update(
        moment=moment, full_moment=full_moment, hour=hour, ago=ago, time_left=time_left, money=wording.money
    )


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every page text by key, from all files; the same key in two files is a mistake."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(TEXTS.glob("*.yml")):
        entries = yaml_files.read(path) or {}
        if doubled := found.keys() & entries.keys():
            raise ValueError(f"{path.name} repeats {sorted(doubled)}")
        found |= entries
    return found


def text(key: str, **values: Any) -> str:
    """The reader's text for a key; ``values`` fill its placeholders (see plurals.py). Raises KeyError for an unknown key."""
    return fill(catalogue()[key][current()], values)


def sentences(*texts: str) -> str:
    """Sentences one after the other: English puts a space between them, Chinese nothing."""
    return ("" if current() == "zh" else " ").join(texts)


def word(group: str, code: str | None) -> str:
    """A status, class, clock or role as the reader calls it (see wording.NAMES)."""
    return wording.name(group, code, current())


def current() -> str:
    """The reader's language: ``zh`` or ``en``."""
    found = g.get("language")
    return cast(str, found if found in LANGUAGES else runtime().settings.default_language)


def prefer(language: str) -> None:
    """Use a known person's language, unless they have switched by hand; authentication calls this."""
    if not g.get("language_switched") and language in LANGUAGES:
        g.language = language


def in_language(language: str) -> str:
    """The address of this page in another language."""
    arguments = {**request.args.to_dict(), "lang": language}
    path = request.path if request.method == "GET" else "/"
    return f"{path}?{urlencode(arguments)}"


def company() -> str:
    """The company's name in the reader's language."""
    settings = runtime().settings
    return settings.company_en if current() == "en" else settings.company_zh


def zone() -> ZoneInfo:
    """The zone in which pages show times."""
    return ZoneInfo(runtime().settings.time_zone)


def moment(at: datetime | None) -> str:
    """``11月24日 15:04``; a dash for nothing."""
    return "—" if at is None else wording.moment(at, zone(), current())


def full_moment(at: datetime) -> str:
    """``2026-11-24 15:04:09 北京时间``, for tooltips."""
    return f"{at.astimezone(zone()):%Y-%m-%d %H:%M:%S} {wording.zone_name(zone(), at, current())}"


def hour(at: datetime) -> str:
    """``15:04`` today, else with the day."""
    local, today = at.astimezone(zone()), runtime().clock.now().astimezone(zone())
    return f"{local:%H:%M}" if local.date() == today.date() else moment(at)


def ago(at: datetime | None) -> str:
    """``3小时12分`` since then; a dash for never."""
    if at is None:
        return "—"
    return wording.time_left(max(runtime().clock.now() - at, timedelta(0)), current())


def time_left(due_at: datetime) -> str:
    """How long until a deadline, or by how much it was missed."""
    return wording.time_left(due_at - runtime().clock.now(), current())


def urgency(due_at: datetime) -> str:
    """How pressing a deadline is: ``late``, ``soon`` (the last hours) or ``calm``; js/kesu.js judges alike."""
    left = due_at - runtime().clock.now()
    return "late" if left < timedelta(0) else "soon" if left < SOON else "calm"


def _choose() -> None:
    if request.path.startswith(("/api/", "/chat/", "/static/")):
        return
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    if asked in LANGUAGES:
        g.language, g.language_switched = asked, True
        return
    spoken = (value[:2].lower() for value in request.accept_languages.values())
    g.language = next((value for value in spoken if value in LANGUAGES), runtime().settings.default_language)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and not request.path.startswith(("/api/", "/chat/", "/static/")):
        secure = runtime().settings.public_url.startswith("https://")
        response.set_cookie(COOKIE, asked, max_age=COOKIE_SECONDS, samesite="Lax", secure=secure, httponly=True)
    return response
