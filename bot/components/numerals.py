"""Numbers as customers write them, in digits, Chinese numerals, mixtures and English words. Pure."""

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i + 1 for i, c in enumerate("壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"〇": 0, "两": 2, "俩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000, "w": 10_000, "k": 1000, "千": 1000, "百": 100, "m": 1_000_000}
CHINESE = "零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH: dict[str, int] = {word: i for i, word in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
ENGLISH_UNITS = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_word = "|".join(sorted([*ENGLISH, *ENGLISH_UNITS], key=len, reverse=True))
ENGLISH_NUMBER = (
    rf"(?:a couple(?: of)? |half a |an? )?\b(?:{_word})\b(?:(?:[\s-]+(?:and\s+(?:a half )?)?)(?:{_word})\b)*"
)

_STEP = re.compile(rf"(\d+(?:\.\d+)?|[{CHINESE}]+?)[多几来余]?([wkm百千万亿])")


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
        elif c == "亿":
            total = (total + section + digit or 1) * _LARGE[c]
            section, digit, last_unit, zero_before = 0, 0, _LARGE[c], False
        else:
            total += (section + digit or 1) * _LARGE[c]
            section, digit, last_unit, zero_before = 0, 0, _LARGE[c], False
    if digit and last_unit >= 100 and not zero_before:
        digit *= last_unit // 10
    return total + section + digit


def mixed_number(text: str) -> Decimal | None:
    """1.2万 → 12000, 3千5 → 3500, 5k → 5000, 1万2千 → 12000, 三十多万 → 300000, 3,000.50 → 3000.50; None for no number."""
    text = re.sub(r"[, ]", "", text.lower())
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    if (plain := chinese_number(text)) is not None:
        return plain
    total, unit, place = Decimal(0), 1, 0
    while step := _STEP.match(text, place):
        count = Decimal(step[1]) if step[1][0].isdigit() else chinese_number(step[1])
        if count is None:
            return None
        total, unit, place = total + count * _LARGE[step[2]], _LARGE[step[2]], step.end()
    rest = text[place:].lstrip("零〇")
    left = Decimal(rest) if re.fullmatch(r"\d{1,4}", rest) else chinese_number(rest) if rest else Decimal(0)
    if not place or left is None:
        return None
    return total + (left * unit // 10 if 0 < left < 10 and len(rest) == len(text) - place else left)


def english_number(text: str) -> Decimal | None:
    """two thousand three hundred and fifty → 2350, a thousand → 1000, half a million → 500000, a couple hundred → 200."""
    text = re.sub(r"\ba couple(?: of)?\b", "two", text.strip().lower())
    words = [word for word in re.split(r"[\s-]+", text) if word not in ("and", "a", "an")]
    half = Decimal(1)
    if "half" in words:
        half = Decimal("0.5") if words[0] == "half" else Decimal(1)
        extra = Decimal(0) if words[0] == "half" else Decimal("0.5")
        words.remove("half")
    else:
        extra = Decimal(0)
    total = current = Decimal(0)
    for word in words:
        if word in ENGLISH:
            current += ENGLISH[word]
        elif word == "hundred":
            current = (current + extra or 1) * 100
            extra = Decimal(0)
        elif word in ENGLISH_UNITS:
            total, current, extra = total + (current + extra or 1) * ENGLISH_UNITS[word], Decimal(0), Decimal(0)
        else:
            return None
    return (total + current) * half if words else None
