"""What a letter must have and must not say before it goes out. Pure: no session, no clock.

Each finding names what is wrong and where. A blocking one must be mended; a warning may be confirmed by whoever sends.
Source: handbook §4.4 (cause, measures, follow-up plan; no promise of gain), the 2020 rules on complaint handling (further routes).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ticketing.conversations import masking

_OURS = ("opening", "found", "done", "next", "routes", "closing")
"""Parts in which we speak; in ``told`` the customer does."""
_WRITTEN = ("salutation", "opening", "found", "done", "next", "closing")
_ROUTES = {
    "zh": {"核查": r"核查", "调解": r"调解", "仲裁": r"仲裁", "诉讼": r"诉讼|起诉|法院"},
    "en": {"review": r"\breview", "mediation": r"mediat", "arbitration": r"arbitrat", "court": r"\bcourts?\b"},
}
_CONTACT = re.compile(
    r"我的工单|客服|热线|电话|邮箱|在线|my tickets|service|e-?mail|phone|chat|\bcall\b|\bwrite to\b", re.I
)
_NO = r"(?<!不)(?<!非)(?<!不能)(?<!不会)(?<!不得)(?<!不承诺)(?<!不提供)(?<!并不)(?<!无法)(?<!未)(?<!未承诺)"
_EN_NO = r"(?<!not )(?<!no )(?<!never )(?<!non-)(?<!isn't )(?<!cannot )"
_PROMISE = re.compile(
    rf"{_NO}(?:保本|保收益|保证(?:本金|收益|盈利|赚)|稳赚|包赚|零风险|无风险|绝对(?:安全|不会|保证)|百分之?百|100\s*[%％]|永远不会再)"
    rf"|{_EN_NO}\b(?:guarantee[ds]?(?: to| that|:| you| your| profit| return| gain)|guaranteed|risk[- ]free|zero risk|no risk|cannot lose|can't lose|never happen again|100\s?%)",
    re.I,
)
_BLAME = re.compile(
    r"(?:由于|因为|系|是)您(?:本人|自己|自身)?的?(?:原因|疏忽|过错|过失|失误|操作不当|责任)|您自己(?:没有|没|未)|怪您|您活该|您没有仔细"
    r"|\byour (?:own )?(?:fault|mistake|negligence|carelessness)|\byou should have\b|\byou failed to\b|\byou are to blame",
    re.I,
)
_INSULT = re.compile(
    r"无理取闹|无理要求|胡搅蛮缠|刁难|恶意投诉|小题大做|unreasonable (?:demand|customer)|frivolous|nonsense", re.I
)
_PRESSURE = re.compile(
    r"请您?撤(?:诉|销投诉|回投诉)|(?:不得|不要|不能)再(?:次)?投诉|放弃(?:投诉|诉讼|追究|维权)|不得向(?:监管|媒体)"
    r"|withdraw (?:your|the) complaint|waive (?:your|any) (?:right|claim)|must not (?:complain|contact the regulator)",
    re.I,
)
_PLACEHOLDER = re.compile(
    r"[【\[（(<{][^】\])）>}\n]{0,20}(?:待|填写|补充|请填|某某|TODO|TBD|to be|fill in|insert|placeholder|your name|amount here|xx)[^】\])）>}\n]{0,20}[】\])）>}]"
    r"|\{\{?[^}\n]{0,40}\}?\}|\bTODO\b|\bTBD\b|[xX×＊]{3,}(?!\d)|[_＿]{2,}|某某|〇〇|[?？]{3,}",
    re.I,
)
_MASKED = re.compile(r"[*＊]")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS)
_DATES = (
    re.compile(r"(?:(?P<y>20\d\d)\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
    re.compile(r"(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<y>20\d\d))?", re.I),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>20\d\d))?", re.I),
)
_UNTIL_BEFORE = re.compile(r"(?:by|before|until|till|no later than|on)\s*$", re.I)
_UNTIL_AFTER = re.compile(r"\s*(?:之?前|以前|内|为止|完成|到账)")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
_LETTERS = re.compile(r"[A-Za-z㐀-鿿]")


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a letter: ``code`` says what, ``part`` where, ``excerpt`` which words."""

    code: str
    part: str
    excerpt: str = ""
    blocking: bool = True

    @property
    def key(self) -> str:
        """What a confirmation names: another wording must be confirmed anew."""
        mark = hashlib.sha256(f"{self.code}|{self.part}|{self.excerpt}".encode()).hexdigest()[:12]
        return f"{self.code}-{mark}"


def check(facts: Mapping[str, Any], body: Mapping[str, str], *, language: str, today: date) -> list[Finding]:
    """Everything wrong with a letter, blocking things first; ``today`` is the local day on which it would go out."""
    found = [
        *_missing(facts, body, language),
        *_forbidden(body),
        *_personal(body, known=facts.get("order_number") or ""),
        *_placeholders(body),
        *_past_dates(body, today),
        *_other_language(body, language),
    ]
    return sorted(found, key=lambda item: not item.blocking)


def _missing(facts: Mapping[str, Any], body: Mapping[str, str], language: str) -> Iterator[Finding]:
    for part in _WRITTEN:
        if len(_LETTERS.findall(body[part])) < 2:
            yield Finding("missing_part", part)
    if not facts.get("number"):
        yield Finding("missing_number", "opening")
    everything = "\n".join(body.values())
    amount = facts.get("amount") or ""
    if amount and _digits(amount) not in _amounts(everything):
        yield Finding("missing_amount", "told", amount)
    if facts.get("kind") != "enquiry":
        for name, pattern in _ROUTES[language].items():
            if not re.search(pattern, body["routes"], re.I):
                yield Finding("missing_route", "routes", name)
    if not _CONTACT.search(body["routes"] + body["closing"] + body["next"]):
        yield Finding("missing_contact", "routes")


def _forbidden(body: Mapping[str, str]) -> Iterator[Finding]:
    for part in _OURS:
        yield from _each("forbidden_promise", part, _PROMISE.finditer(body[part]))
        yield from _each("forbidden_insult", part, _INSULT.finditer(body[part]))
        yield from _each("forbidden_pressure", part, _PRESSURE.finditer(body[part]))
        yield from _each("blames_customer", part, _BLAME.finditer(body[part]), blocking=False)


def _personal(body: Mapping[str, str], *, known: str) -> Iterator[Finding]:
    """Numbers that letters show masked, save the order's own. They are repeated masked: a finding spreads nothing."""
    for part, text in body.items():
        for item in masking.mask(text.replace(known, "") if known else text).found:
            contact = item.kind in masking.CONTACT_KINDS
            yield Finding("contact_unmasked" if contact else "number_unmasked", part, item.masked, blocking=not contact)


def _placeholders(body: Mapping[str, str]) -> Iterator[Finding]:
    for part, text in body.items():
        matches = _PLACEHOLDER.finditer(text)
        yield from _each("placeholder", part, (item for item in matches if not _MASKED.search(item[0])))


def _past_dates(body: Mapping[str, str], today: date) -> Iterator[Finding]:
    """A day that has passed, in what is still to come: blocking where it is a time limit, else to be looked at."""
    text = body["next"]
    seen: set[int] = set()
    for pattern in _DATES:
        for match in pattern.finditer(text):
            day = _day(match, today)
            if day is None or day >= today or match.start() in seen:
                continue
            seen.add(match.start())
            limit = _UNTIL_BEFORE.search(text[: match.start()]) or _UNTIL_AFTER.match(text[match.end() :])
            yield Finding("date_past", "next", match[0].strip(), blocking=bool(limit))


def _day(match: re.Match[str], today: date) -> date | None:
    """The day that is meant; without a year the nearest one, None for no day at all."""
    given = match.groupdict()
    month = int(given["m"]) if given.get("m") else 1 + [m[:3] for m in _MONTHS].index(given["month"][:3].lower())
    try:
        day = date(int(given["y"] or today.year), month, int(given["d"]))
        half_a_year_ago = not given["y"] and (today - day).days > 183
        return day.replace(year=day.year + 1) if half_a_year_ago else day
    except ValueError:
        return None


def _other_language(body: Mapping[str, str], language: str) -> Iterator[Finding]:
    for part in ("found", "done", "next", "closing"):
        han, latin = len(_HAN.findall(body[part])), len(_LATIN.findall(body[part]))
        if (language == "en" and han > 10 and han * 3 > latin) or (language == "zh" and latin > 40 and latin > han * 6):
            yield Finding("other_language", part, blocking=False)


def _each(code: str, part: str, matches: Iterable[re.Match[str]], *, blocking: bool = True) -> Iterator[Finding]:
    said: set[str] = set()
    for match in matches:
        if match[0] not in said:
            said.add(match[0])
            yield Finding(code, part, match[0].strip(), blocking)


def _digits(amount: str) -> str:
    """``¥1,200.50`` as ``1200.5``."""
    plain = re.sub(r"[^\d.]", "", amount)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _amounts(text: str) -> set[str]:
    return {_digits(found) for found in re.findall(r"\d[\d,，]*(?:\.\d+)?", text.replace("，", ","))}
