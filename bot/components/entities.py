"""What a message names: amounts, dates, order and ticket numbers, e-mail, phone, and things nobody should type.

Pure functions over one text; offsets are those of the text given. Full-width characters are understood because every
pattern runs over a copy folded character by character, which keeps the length.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.components.dates import dates
from bot.components.numerals import CHINESE, ENGLISH_NUMBER, english_number, mixed_number


@dataclass(frozen=True)
class Entity:
    """One thing named in a text: its kind, its canonical value, where it stands, and what else is known of it."""

    kind: str
    value: str
    start: int
    end: int
    currency: str | None = None


CURRENCIES = {
    "¥": "CNY", "￥": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "yuan": "CNY", "kuai": "CNY", "元": "CNY",
    "块": "CNY", "块钱": "CNY", "圆": "CNY", "塊": "CNY", "塊錢": "CNY", "大洋": "CNY", "renminbi": "CNY", "元人民币": "CNY",
    "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "美元": "USD", "美金": "USD",
    "刀": "USD", "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港元": "HKD", "欧元": "EUR", "eur": "EUR", "€": "EUR",
    "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "英镑": "GBP", "日元": "JPY", "jpy": "JPY",
}  # fmt: skip
_PREFIXES = "|".join(map(re.escape, sorted(["¥", "$", "us$", "hk$", "€", "£", "rmb", "cny", "usd", "hkd", "eur", "gbp",
                                            "人民币", "美元", "港币"], key=len, reverse=True)))  # fmt: skip
_SUFFIXES = "|".join(
    re.escape(c)
    for c in sorted((c for c in CURRENCIES if c not in "¥￥$€£"), key=len, reverse=True)
    if not c.endswith("$")
)
_DIGIT_NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?\s?(?:[wkm百千万亿](?![a-z])(?:\d{{1,4}}(?!\d)|[{CHINESE}]+)?)?"
_CHINESE_NUMBER = rf"[{CHINESE}]+(?:点[{CHINESE}]+)?"
_APPROX = "(?:[多来几余]|左右|上下|好几)?"
_AMOUNTS = (
    re.compile(rf"(?P<c>{_PREFIXES})\s?(?P<n>{_DIGIT_NUMBER}|{_CHINESE_NUMBER})"),
    re.compile(rf"(?P<n>{_DIGIT_NUMBER}){_APPROX}\s?(?P<c>{_SUFFIXES})(?![a-z])(?P<t>\d(?!\d)|[五一二三四六七八九](?![{CHINESE}]))?"),
    re.compile(rf"(?P<n>{_CHINESE_NUMBER}){_APPROX}(?P<c>块钱|块|元|圆|大洋|美元|美金|港币|刀|人民币)(?P<t>[五一二三四六七八九]|\d(?!\d))?"),
    re.compile(rf"(?P<n>\b{ENGLISH_NUMBER})\s(?P<c>yuan|kuai|rmb|renminbi|dollars?|bucks|usd|cny|euros?|pounds)\b"),
)  # fmt: skip
_CLASSIFIERS = "个天年月日号点时分秒次位人家笔张条遍回岁周期小层楼只件%％成倍块"
_BARE_AMOUNT = re.compile(
    rf"(?<![{CHINESE}\d.第])(?P<n>\d+(?:\.\d+)?[万千百kw](?:\d(?!\d))?|[{CHINESE}]*[一二两三四五六七八九十百千][百千万][{CHINESE}]*)"
    rf"(?P<a>[多来余]?)(?![{_CLASSIFIERS}a-z\d])"
)
_NUMBER = re.compile(
    rf"(?<![a-z0-9_*.{CHINESE}-]){_DIGIT_NUMBER}(?![a-z0-9_*-])"
    rf"|(?:(?<=[是为成到约共有])|(?<![\u3400-\u9fff])){_CHINESE_NUMBER}(?=吧|啊|呀|哦|多|左右|上下|整|$|[^\u3400-\u9fff])"
)
_NOT_AMOUNTS = frozenset(["一百分", "百分", "千万", "万一", "万千", "百万", "百千", "万分", "一万", "一千"]) - {
    "一万",
    "一千",
    "百万",
}

TICKET = re.compile(
    r"(?<![a-z0-9])(?:ks[\s_-]*)?(20\d{2}[01]\d[0-3]\d)[\s_-]+(\d{5})(?!\d)|(?<![a-z])ks[\s_-]*(20\d{6})(\d{5})(?!\d)"
)
_ORDER_WORD = re.compile(
    r"(?:订单编?号?|流水号?|交易单?号|单号|凭证号|order(?:\s?(?:number|no\.?|id))?|reference(?:\s?(?:number|no\.?))?|ref\.?|transaction(?:\s?(?:number|no\.?|id)))"
    r"\s*(?:is|was|是|为|:|#|：|的)*\s*#?\s*(?P<o>(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{4,31})(?![a-z0-9])"
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
    """Everything a message names, in order; `now` (aware, in the customer's zone) anchors relative dates."""
    folded = fold(text)
    found: list[Entity] = []
    taken = [False] * len(folded)
    for finder in (
        _secrets,
        _tickets,
        _addresses,
        _phones,
        _orders,
        lambda t: _dates(t, now),
        _amounts,
        _bare_amounts,
        _numbers,
    ):
        for entity in finder(folded):
            if not any(taken[entity.start : entity.end]):
                found.append(entity)
                taken[entity.start : entity.end] = [True] * (entity.end - entity.start)
    return sorted(found, key=lambda entity: entity.start)


def fold(text: str) -> str:
    """The text in half-width lower case, character for character, so that offsets stay."""
    return "".join(_fold_one(c) for c in text)


def _fold_one(c: str) -> str:
    plain = {
        "萬": "万",
        "億": "亿",
        "塊": "块",
        "錢": "钱",
        "兩": "两",
        "號": "号",
        "單": "单",
        "訂": "订",
        "點": "点",
        "幣": "币",
    }.get(c, c)
    half = unicodedata.normalize("NFKC", plain).lower()
    return half if len(half) == 1 else c


def money(value: Decimal) -> str:
    """An amount as the API takes it: two decimals."""
    return str(value.quantize(Decimal("0.01")))


def _amounts(text: str) -> Iterator[Entity]:
    for pattern in _AMOUNTS:
        for match in pattern.finditer(text):
            value = mixed_number(match["n"]) if pattern is not _AMOUNTS[3] else english_number(match["n"])
            tail = match.groupdict().get("t")
            if value is None or value <= 0 or value >= 10**12:
                continue
            if tail:
                value += (mixed_number(tail) or Decimal(0)) / 10
            yield Entity("amount", money(value), match.start(), match.end(), CURRENCIES[match["c"].strip()])


def _bare_amounts(text: str) -> Iterator[Entity]:
    """八千多, 1.2万, 5k: large round numbers that count nothing else are money."""
    for match in _BARE_AMOUNT.finditer(text):
        value = mixed_number(match["n"])
        if value is not None and value >= 100 and match["n"] not in _NOT_AMOUNTS:
            yield Entity("amount", money(value), match.start(), match.end(), "CNY")


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


def _dates(text: str, now: datetime) -> Iterator[Entity]:
    for value, start, end in dates(text, now):
        yield Entity("date", value, start, end)


def luhn(digits: str) -> bool:
    """Whether a row of digits has a card number's check digit (ISO/IEC 7812)."""
    total = 0
    for i, c in enumerate(reversed(digits)):
        d = int(c) * (2 if i % 2 else 1)
        total += d - 9 if d > 9 else d
    return total % 10 == 0
