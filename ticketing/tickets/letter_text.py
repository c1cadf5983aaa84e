"""A letter's words: drafted from a ticket's facts, compared with the revision before, laid out as HTML.

The wording by language stands in ``templates/letter.<language>.txt``, one block a piece; the layout in ``letter.html``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ticketing.customers.rules import masked_name
from ticketing.platform.settings import Settings
from ticketing.tickets import wording
from ticketing.tickets.models import Letter, Ticket

SECTIONS = ("told", "found", "done", "next", "routes")
"""The headed parts, in order."""
PARTS = ("salutation", "opening", *SECTIONS, "closing")
"""Everything that may be worded by hand."""
LONGEST_PART = 4000
ZONE = ZoneInfo("Asia/Shanghai")

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,:][0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Company:
    """Who writes: what stands in the letterhead and at the foot."""

    name: str
    address: str
    contacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Change:
    """One part that two revisions word differently, as pieces ``same``, ``gone`` and ``new`` in reading order."""

    part: str
    pieces: tuple[tuple[Literal["same", "gone", "new"], str], ...]


def facts_of(ticket: Ticket, language: str | None = None) -> dict[str, Any]:
    """What a letter tells, taken from the ticket once and then fixed in the letter."""
    current, language = ticket.current, language or ticket.language
    return {
        "kind": ticket.kind,
        "number": ticket.number,
        "category": wording.name("category", ticket.category, language),
        "complained_on": wording.day(ticket.complained_at, ZONE, language),
        "description": ticket.description,
        "amount": wording.money(ticket.amount, ticket.currency),
        "order_number": ticket.order_number or "",
        "findings": current.findings or "",
        "cause": current.cause or "",
        "measures": current.measures or "",
        "follow_up_plan": current.follow_up_plan or "",
    }


def drafted(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """The wording that follows from the facts alone, by part."""
    return {part: word(part, language, facts=facts) for part in PARTS}


def carried_over(before: Letter, facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """A fresh draft that keeps what was worded by hand, where the facts behind it are still the same."""
    fresh = drafted(facts, language)
    if before.language != language:
        return fresh
    old, told = drafted(before.facts, language), body_of(before)
    return {part: told[part] if old[part] == fresh[part] else fresh[part] for part in PARTS}


def body_of(letter: Letter) -> dict[str, str]:
    """A revision's wording; revisions from before wording could be edited read as drafted."""
    return {**drafted(letter.facts, letter.language), **letter.body}


def told_of(letter: Letter) -> dict[str, str]:
    """The three things an answer must tell (handbook §4.4), in the letter's words: for chat, e-mail and the API.

    As decided, unless the letter words it differently.
    """
    fresh, body = drafted(letter.facts, letter.language), body_of(letter)
    parts = {"cause": "found", "measures": "done", "follow_up_plan": "next"}
    return {name: letter.facts[name] if body[part] == fresh[part] else body[part] for name, part in parts.items()}


def word(piece: str, language: str, *, facts: Mapping[str, Any] | None = None, company: str = "") -> str:
    """One piece of wording."""
    template = _templates.get_template(f"letter.{language}.txt")
    enquiry = (facts or {}).get("kind") == "enquiry"
    context = template.new_context({"facts": facts or {}, "enquiry": enquiry, "company": company})
    return "".join(template.blocks[piece](context)).strip()


def paragraphs(text: str) -> list[str]:
    """The lines of a part that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def company_of(settings: Settings, language: str) -> Company:
    """The company as its letters name it; an address nobody can write to is left out."""
    english = language == "en"
    contacts = [
        ("phone", settings.company_phone),
        ("email", "" if settings.mail_from.endswith(".invalid") else settings.mail_from),
        ("page", f"{settings.public_url}/my/tickets"),
    ]
    return Company(
        name=settings.company_en if english else settings.company_zh,
        address=settings.company_address_en if english else settings.company_address_zh,
        contacts=tuple((kind, value) for kind, value in contacts if value),
    )


def render(letter: Letter, *, settings: Settings, recipient: str | None = None) -> str:
    """The letter as an HTML ``article``, every word escaped; one that is not sent yet is marked as a draft.

    ``recipient`` is the customer's name, which letters show masked.
    """
    language, company = letter.language, company_of(settings, letter.language)
    return _templates.get_template("letter.html").render(
        language=language,
        facts=letter.facts,
        body=body_of(letter),
        sections=SECTIONS,
        paragraphs=paragraphs,
        company=company,
        recipient=masked_name(recipient),
        dated=dated(letter, settings),
        draft=letter.sent_at is None,
        word=lambda piece: word(piece, language, facts=letter.facts, company=company.name),
    )


def dated(letter: Letter, settings: Settings) -> str:
    """The day on the letter: when it was sent, before that when it was written."""
    at: datetime = letter.sent_at or letter.created_at
    return wording.day(at, ZoneInfo(settings.time_zone), letter.language)


def changes(before: Letter, after: Letter) -> list[Change]:
    """What a revision words differently from the one before, part by part."""
    old, new = body_of(before), body_of(after)
    return [Change(part, _pieces(old[part], new[part])) for part in PARTS if old[part] != new[part]]


def _pieces(old: str, new: str) -> tuple[tuple[Literal["same", "gone", "new"], str], ...]:
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    found: list[tuple[Literal["same", "gone", "new"], str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(left[a:b])))
            continue
        if b > a:
            found.append(("gone", "".join(left[a:b])))
        if d > c:
            found.append(("new", "".join(right[c:d])))
    return tuple(found)
