"""Finds phones, identity cards and bank cards in a text whose digits are ASCII.

Digits may be grouped by spaces, dashes or dots. A number may begin and end only where a group does, so that an order number
does not contain a phone number; what stands around it tells cards from order numbers and phones from amounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

Span = tuple[int, int, str, str]

_SEPARATOR = r"[ \u00a0\u2000-\u200a\u3000.·_‐‑‒–—―－\-]{1,3}"
_RUN = re.compile(rf"\d+(?:{_SEPARATOR}\d+)*(?:{_SEPARATOR})?[Xx]?")
_GROUP = re.compile(r"\d+[Xx]?|[Xx]")
_LONGEST = 22
_MOBILE = re.compile(r"(?:\+|00|0)?(?:86)?0?(1[3-9]\d{9})")
_HONG_KONG = re.compile(r"(?:00)?852([4-9]\d{7})")
_CHINESE_NUMERALS = re.compile(r"[零〇一二三四五六七八九幺]{11,19}")
_AS_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_LANDLINE = re.compile(
    r"(?<![\d*.])(?:[(（](0(?:10|2\d|[3-9]\d{2}))[)）]|(0(?:10|2\d|[3-9]\d{2}))[ \-‐‑–—－])\s?([2-8]\d{2,3})[ -]?(\d{4})(?!\d)"
)
_LOCAL = re.compile(
    r"(?:电话|電話|手机号?|手機|致电|\bphone|\btel|\bmobile|\bcall me (?:at|on)|whatsapp)(?:号码?|\s|[:：=是为]|number|is){0,6}"
    r"(?P<number>(?:[4-9]\d{3}[ -]?\d{4}|0\d{10,11}))(?!\d)",
    re.IGNORECASE,
)
_CARD_WORD = re.compile(r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|尾号|銀行卡|card)\D{0,8}$", re.IGNORECASE)
_ORDER_WORD = re.compile(
    r"(?:订单|单号|流水|交易号|交易单|凭证号|編號|编号|訂單|order|transaction|reference|ref|serial|trace)[^\d，,。;；]{0,8}$",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[¥￥$€£]|rmb|cny|usd)\s*$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\.\d{1,2}(?!\d)|\s*(?:元|块|万|亿|yuan|rmb|cny)", re.IGNORECASE)
_ISSUER = re.compile(
    r"(?:62\d{14,17}|81[0-7]\d{13,16}|4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|(?:9558|6013|6014|6030|6858|9843|9400|4026|4367|4563|5326)\d{12,15}|690755\d{9,10}|103\d{16})"
)
_UNIONPAY = re.compile(r"62\d{14,17}")
"""Digits that are a card's even where one of them was mistyped: its owner reads them off a card all the same."""
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def find(text: str) -> Iterator[Span]:
    """Start, end, kind (``id_card``, ``bank_card``, ``phone``) and masked form of each number."""
    for run in _RUN.finditer(text):
        if sum(char.isdigit() for char in run[0]) >= 11:
            yield from _in_run(text, run)
    for match in _LANDLINE.finditer(text):
        yield match.start(), match.end(), "phone", f"{match[1] or match[2]}-****{match[4]}"
    for match in _LOCAL.finditer(text):
        yield *match.span("number"), "phone", "****" + match["number"][-4:]
    for match in _CHINESE_NUMERALS.finditer(text):
        digits = with_ascii_numerals(match[0])
        found = _identify(digits, card_word=False, order_word=False)
        if found is not None:
            yield *match.span(), *found


def _in_run(text: str, run: re.Match[str]) -> Iterator[Span]:
    groups = [(run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run[0])]
    first = 0
    while first < len(groups):
        last, span = _longest_from(text, groups, first)
        if span is not None:
            yield span
        first = last + 1


def _longest_from(text: str, groups: list[tuple[int, int]], first: int) -> tuple[int, Span | None]:
    """The longest number that starts with this group, and the index of its last group."""
    joined: list[tuple[int, str]] = []
    number = ""
    for last in range(first, len(groups)):
        start, end = groups[last]
        number += text[start:end].upper()
        if len(number) > _LONGEST:
            break
        joined.append((last, number))
    begin = groups[first][0]
    card_word, order_word = (bool(word.search(text[max(0, begin - 24) : begin])) for word in (_CARD_WORD, _ORDER_WORD))
    for last, number in reversed(joined):
        # An x behind a number is a check digit or only the next word's beginning.
        for tried in {number: 0, number.rstrip("X"): 0}:
            end = groups[last][1] - (len(number) - len(tried))
            found = _identify(tried, card_word=card_word, order_word=order_word) if len(tried) >= 11 else None
            if found is not None and not (found[0] == "phone" and _is_money(text, begin, end)):
                return last, (_with_prefix(text, begin), end, *found)
    return first, None


def _is_money(text: str, begin: int, end: int) -> bool:
    return bool(_MONEY_BEFORE.search(text[max(0, begin - 5) : begin]) or _MONEY_AFTER.match(text, end))


def _with_prefix(text: str, begin: int) -> int:
    return begin - 1 if text[begin - 1 : begin] in {"+", "＋"} else begin


def _identify(number: str, *, card_word: bool, order_word: bool) -> tuple[str, str] | None:
    """Kind and masked form of a whole number, None when it is nobody's."""
    if len(number) == 18 and (ric_is_plausible(number) or (not order_word and ric_is_mistyped(number))):
        return "id_card", "*" * 14 + number[-4:]
    if not number.isdigit():
        return None
    meant = _UNIONPAY.fullmatch(number) or (card_word and 15 <= len(number) <= 19)
    if is_bank_card(number) or (meant and not order_word):
        return "bank_card", "**** **** **** " + number[-4:]
    mobile = _MOBILE.fullmatch(number)
    if mobile is not None:
        return "phone", f"{mobile[1][:3]}****{mobile[1][-4:]}"
    abroad = _HONG_KONG.fullmatch(number)
    if abroad is not None:
        return "phone", f"+852 ****{number[-4:]}"
    if len(number) == 15 and not order_word and old_id_is_plausible(number):
        return "id_card", "*" * 11 + number[-4:]
    if card_word and luhn.is_valid(number) and 13 <= len(number) <= 19:
        return "bank_card", "**** **** **** " + number[-4:]
    return None


def with_ascii_numerals(text: str) -> str:
    """The text with Chinese numerals as digits."""
    return text.translate(_AS_DIGITS)


def is_mobile(number: str) -> bool:
    """Whether the digits are a mainland mobile number, with or without the country code."""
    return _MOBILE.fullmatch(number) is not None


def is_bank_card(number: str) -> bool:
    """Whether the digits have a known issuer's beginning and length and a right check digit."""
    return _ISSUER.fullmatch(number) is not None and luhn.is_valid(number)


def ric_is_plausible(number: str) -> bool:
    """Whether 18 characters are an identity card number: check digit and birth date, place unseen (counties change)."""
    try:
        return number[-1] == ric.calc_check_digit(number) and _has_birth_date(number)
    except (ValidationError, ValueError, LookupError):
        return False


def ric_is_mistyped(number: str) -> bool:
    """Whether 18 characters are an identity card number but for the check digit: a province and a birth date."""
    try:
        return bool(_PROVINCES.match(number)) and _has_birth_date(number)
    except (ValidationError, ValueError, LookupError):
        return False


def _has_birth_date(number: str) -> bool:
    return 1880 <= ric.get_birth_date(number).year <= 2100


def old_id_is_plausible(number: str) -> bool:
    """Whether 15 digits are an identity card number of before 1999: a county known to have existed, and a birth date."""
    try:
        return bool(ric.get_birth_place(number[:6] + "19" + number[6:]))
    except (ValidationError, ValueError, LookupError):
        return False
