"""What a message names: amounts, dates, order and ticket numbers, e-mail, phone, and things nobody should type.

Pure functions over one text; offsets are those of the text given. Full-width characters are understood because every
pattern runs over a copy folded character by character, which keeps the length.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from bot.components import amounts, dates
from bot.components.numerals import CHINESE, mixed_number
from bot.components.text import SIMPLIFIED


@dataclass(frozen=True)
class Entity:
    """One thing named in a text: its kind, its canonical value, where it stands, and what else is known of it."""

    kind: str
    value: str
    start: int
    end: int
    currency: str | None = None


_DIGIT_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_CHINESE_NUMBER = rf"[{CHINESE}]+(?:点[{CHINESE}]+)?"
_NUMBER = re.compile(
    rf"(?<![a-z0-9_*.{CHINESE}-]){_DIGIT_NUMBER}(?![a-z0-9_*-])"
    rf"|(?:(?<=[是为成到约共有])|(?<![\u3400-\u9fff])){_CHINESE_NUMBER}(?=吧|啊|呀|哦|多|左右|上下|整|$|[^\u3400-\u9fff])"
)

TICKET = re.compile(
    r"(?<![a-z0-9])(?:ks[\s_-]*)?(20\d{2}[01]\d[0-3]\d)[\s_-]+(\d{5})(?!\d)|(?<![a-z])ks[\s_-]*(20\d{6})(\d{5})(?!\d)"
)
_ORDER_WORD = re.compile(
    r"(?:订单编?号?|流水号?|交易单?号|单号|凭证号|order(?:\s?(?:number|no\.?|id))?|reference(?:\s?(?:number|no\.?))?|ref\.?|transaction(?:\s?(?:number|no\.?|id)))"
    r"\s*+(?:is|was|是|为|:|#|：|的)*\s*+(?:#\s*)?(?P<o>(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{4,31})(?![a-z0-9])"
)  # fmt: skip
_ORDER_BARE = re.compile(
    r"(?<![a-z0-9@.*-])(?=[a-z-]*\d)(?P<o>[a-z]{1,6}-?\d[a-z0-9-]{6,28}|\d{12,15}|\d{20,32})(?![a-z0-9@*-])"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_PHONE = re.compile(
    r"(?<![\d*-])(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?![\d*])|(?<![\w])\+\d{1,3}[\s-]?\d{3,4}[\s-]?\d{3,4}(?:[\s-]?\d{2,4})?"
)
_MASKED_PHONE = re.compile(r"(?<![\d*])(?<!\* )(?:1\d{2}|\+\d{1,3} |0\d{2,3}-)?\*{4}\d{4}(?![\d*])")
_MASKED_EMAIL = re.compile(r"[\w.+-]?\*{3}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_CARD = re.compile(r"(?<![\d*])\d{4}(?:[\s-]?\d{4}){2,3}[\s-]?\d{0,3}(?![\d*])")
_MASKED_CARD = re.compile(r"\*{4}(?: \*{4}){2,3} ?\d{3,4}(?![\d*])")
_MASKED_IDENTITY = re.compile(r"(?<!\*)\*{11,14}[\dx]{4}(?![\d*])")
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|口令|verification code|otp|sms code|security code|passcode)[^\d*]{0,8}(\d{4,8}(?!\d)|\*{6})|(?<!\*)(\*{6})\s*(?:就?是|is)[^,，。]{0,6}(?:验证码|code)"
)
_PASSWORD = re.compile(
    r"(?:密码|口令|pass ?word|passwd|pwd|\bpin)\s*(?:(?:就?是|设成了?|改成了?|为|:|=|\bis\b(?: set to)?)\s*(?P<p>(?!wrong|not|incorrect|expired|locked)[\x21-\x7e]{4,32})|(?P<m>\*{6}))"
)


def entities(text: str, now: datetime) -> list[Entity]:
    """Everything a message names, in order; `now` (aware, in the customer's zone) anchors relative dates.

    At most one amount and one date: the sum and the moment the message is about.
    """
    folded = fold(text)
    found: list[Entity] = []
    taken = [False] * len(folded)

    def claim(start: int, end: int) -> bool:
        free = not any(taken[start:end])
        taken[start:end] = [True] * (end - start) if free else taken[start:end]
        return free

    def keep(finders: tuple[Callable[[str], Iterator[Entity]], ...]) -> None:
        found.extend(e for finder in finders for e in finder(folded) if claim(e.start, e.end))

    keep((_secrets, _tickets, _addresses, _phones, _orders))
    told = [mention for mention in dates.mentions(folded, now) if claim(mention.start, mention.end)]
    if moment := dates.meant(folded, told, now):
        found.append(Entity("date", *moment))
    named = sorted((s for s in amounts.sums(folded) if claim(s.start, s.end)), key=lambda s: s.start)
    if one := amounts.meant(folded, named):
        found.append(Entity("amount", money(one.value), one.start, one.end, one.currency))
    keep((_numbers,))
    return sorted(found, key=lambda entity: entity.start)


def fold(text: str) -> str:
    """The text in half-width, simplified, lower-case characters, one for each, so that offsets stay."""
    return "".join(_fold_one(c) for c in text)


@lru_cache(maxsize=8192)
def _fold_one(c: str) -> str:
    half = unicodedata.normalize("NFKC", SIMPLIFIED.convert(c)).lower()
    return half if len(half) == 1 else c


def money(value: Decimal) -> str:
    """An amount as the API takes it: two decimals."""
    return str(value.quantize(Decimal("0.01")))


def _numbers(text: str) -> Iterator[Entity]:
    """Numbers that stand alone; what they count is known only to who asked."""
    for match in _NUMBER.finditer(text):
        value = mixed_number(match.group())
        if value is not None and value < 10**12:
            yield Entity("number", format(value, "f"), match.start(), match.end())


def _tickets(text: str) -> Iterator[Entity]:
    for match in TICKET.finditer(text):
        date, serial = (match[1], match[2]) if match[1] else (match[3], match[4])
        yield Entity("ticket_number", f"KS-{date}-{serial}", match.start(), match.end())


def _orders(text: str) -> Iterator[Entity]:
    for pattern in (_ORDER_WORD, _ORDER_BARE):
        for match in pattern.finditer(text):
            yield Entity("order_number", match["o"].upper(), match.start("o"), match.end("o"))


def _addresses(text: str) -> Iterator[Entity]:
    for match in _MASKED_EMAIL.finditer(text):
        yield Entity("email", match.group(), match.start(), match.end())
    for match in _EMAIL.finditer(text):
        yield Entity("email", match.group().rstrip("."), match.start(), match.end())


def _phones(text: str) -> Iterator[Entity]:
    for match in _MASKED_PHONE.finditer(text):
        yield Entity("phone", match.group(), match.start(), match.end())
    for match in _PHONE.finditer(text):
        number = "".join(match.group(1, 2, 3)) if match[1] else re.sub(r"[\s-]", "", match.group())
        yield Entity("phone", number, match.start(), match.end())


def _secrets(text: str) -> Iterator[Entity]:
    for match in _CARD.finditer(text):
        if 15 <= len(digits := re.sub(r"\D", "", match.group())) <= 19 and luhn(digits):
            yield Entity("secret", "card", match.start(), match.end())
    for kind, pattern in (
        ("card", _MASKED_CARD),
        ("identity", _MASKED_IDENTITY),
        ("code", _CODE),
        ("password", _PASSWORD),
    ):
        for match in pattern.finditer(text):
            yield Entity("secret", kind, match.start(), match.end())


def luhn(digits: str) -> bool:
    """Whether a row of digits has a card number's check digit (ISO/IEC 7812)."""
    total = 0
    for i, c in enumerate(reversed(digits)):
        d = int(c) * (2 if i % 2 else 1)
        total += d - 9 if d > 9 else d
    return total % 10 == 0
