"""Numbers as customers write them, in digits, Chinese numerals, mixtures and English words. Pure."""

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
}
_DIGITS |= {"伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "俩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000, "w": 10_000, "k": 1000, "千": 1000, "百": 100, "m": 1_000_000}
CHINESE = "零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH: dict[str, int] = {word: i for i, word in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_ENGLISH_UNITS = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_word = "|".join(sorted([*ENGLISH, *_ENGLISH_UNITS], key=len, reverse=True))
ENGLISH_NUMBER = rf"(?:a |half a )?(?:{_word})(?:(?:[\s-]+(?:and\s+)?)(?:{_word}))*"

_MIXED = re.compile(rf"(\d+(?:\.\d+)?)([wkm百千万亿])(?:(\d{{1,4}})|([{CHINESE}]+))?$")


def chinese_number(text: str) -> Decimal | None:
    """三百五 → 350, 两万三 → 23000, 一千零五 → 1005, 三点五 → 3.5, 二零二六 → 2026; None when it is no number."""
    if not text or any(c not in CHINESE + "点半" for c in text):
        return None
    if "点" in text:
        whole, _, decimals = text.partition("点")
        start = chinese_number(whole)
        if start is None or not decimals or any(c not in _DIGITS for c in decimals):
            return None
        return start + Decimal("0." + "".join(str(_DIGITS[c]) for c in decimals))
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    if not (set(text) - set("半")):
        return None
    return Decimal(_sum_chinese(text.replace("半", "")))


def _sum_chinese(text: str) -> int:
    """The value of numerals with units; a digit left over at the end counts in the next lower unit (两万三)."""
    total = section = digit = 0
    last_unit = 1
    zero_before = False
    for c in text:
        if c in _DIGITS:
            zero_before = zero_before or _DIGITS[c] == 0
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            last_unit, digit, zero_before = _SMALL[c], 0, False
        else:
            total = (total + section + digit or 1) * _LARGE[c]
            section, digit, last_unit, zero_before = 0, 0, _LARGE[c], False
    if digit and last_unit >= 100 and not zero_before:
        digit *= last_unit // 10
    return total + section + digit


def mixed_number(text: str) -> Decimal | None:
    """1.2万 → 12000, 3千5 → 3500, 5k → 5000, 1万2 → 12000, 3,000.50 → 3000.50; None when it is no number."""
    text = text.strip().lower().replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    match = _MIXED.fullmatch(text)
    if match is None:
        return chinese_number(text)
    value = Decimal(match[1]) * _LARGE[match[2]]
    rest = (match[3] and Decimal(match[3])) or (match[4] and chinese_number(match[4])) or Decimal(0)
    if 0 < rest < 10:
        rest *= _LARGE[match[2]] // 10
    return value + rest


def english_number(text: str) -> Decimal | None:
    """two thousand three hundred and fifty → 2350, a thousand → 1000, half a million → 500000."""
    words = [w for w in re.split(r"[\s-]+", text.strip().lower()) if w not in ("and", "a")]
    half = bool(words) and words[0] == "half"
    total = current = 0
    seen = False
    for word in words[1:] if half else words:
        if word in ENGLISH:
            current += ENGLISH[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _ENGLISH_UNITS:
            total, current = total + (current or 1) * _ENGLISH_UNITS[word], 0
        else:
            return None
        seen = True
    value = Decimal(total + current)
    return (value / 2 if half else value) if seen else None
