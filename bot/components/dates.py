"""Dates and times as customers write them, absolute and relative, zh and en. Pure; anchored at a given now."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.components.numerals import CHINESE, mixed_number

_N = rf"(?:\d{{1,4}}|[{CHINESE}]{{1,4}})"
_CLOCK_ZH = rf"(?:(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|昨晚)?\s?(?P<h>\d{{1,2}}|[{CHINESE}]{{1,3}})\s?(?:点|时|:)(?:\s?(?P<m>\d{{1,2}}|[{CHINESE}]{{1,3}}|半)分?)?)"
_DAYS = {"今天": 0, "今日": 0, "今早": 0, "今晚": 0, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "前天": -2, "大前天": -3,
         "明天": 1, "后天": 2, "today": 0, "yesterday": -1, "last night": -1, "tonight": 0, "this morning": 0, "tomorrow": 1,
         "the day before yesterday": -2}  # fmt: skip
_DAY = re.compile("|".join(sorted(map(re.escape, _DAYS), key=len, reverse=True)))
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_WEEKDAY = re.compile(r"(?P<w>上上|上|这|本)?(?:个)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])")
_ENGLISH_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY_EN = re.compile(rf"\b(?P<w>last |this |on )(?P<d>{'|'.join(_ENGLISH_DAYS)})\b")
_ISO = re.compile(r"(?<!\d)(20\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)(?:[t\s]+(\d{1,2}):(\d{2})(?::\d{2})?)?")
_MONTH_DAY = re.compile(rf"(?<!\d)(?P<mo>\d{{1,2}}|[{CHINESE}]{{1,3}})月(?P<da>\d{{1,2}}|[{CHINESE}]{{1,3}})[日号]?")
_DAY_ONLY = re.compile(r"(?<![\d月年a-z-])(?P<da>\d{1,2})号(?![码线楼])")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_EN = re.compile(
    rf"\b(?P<mo>{'|'.join(_MONTHS)})[a-z]*\.? (?P<da>\d{{1,2}})(?:st|nd|rd|th)?\b|\b(?P<da2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<mo2>{'|'.join(_MONTHS)})[a-z]*\b"
)
_AGO = re.compile(
    rf"(?P<n>{_N})\s?个?(?P<u>天|周|星期|礼拜|月|年|小时|钟头|分钟)(?:之|以)?前|(?P<ne>\d+|a|an|one|two|three|four|five|six|seven|ten) (?P<ue>day|week|month|year|hour|minute)s? ago"
)
_SPAN = re.compile(
    rf"{_N}\s?(?:多|来|几)?\s?个?(?:半)?(?:多)?(?:天|周|星期|礼拜|月|年|小时|钟头|分钟|秒)|(?:\d+|two|three|four|five|six|ten) (?:day|week|month|year|hour|minute)s?\b"
)
_CLOCK = re.compile(_CLOCK_ZH)
_CLOCK_EN = re.compile(r"\b(?P<h>\d{1,2})(?::(?P<m>\d{2}))?\s?(?P<ap>am|pm|o'clock)\b")
_SMALL = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
}
_UNITS = {
    "天": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "月": 30,
    "年": 365,
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
}


def dates(text: str, now: datetime) -> Iterator[tuple[str, int, int]]:
    """`(value, start, end)` of each date (ISO), instant of day (`T15:30`) or length of time (the words themselves)."""
    for finder in (_absolute, _relative, _clocks):
        yield from finder(text, now)
    for match in _SPAN.finditer(text):
        yield match.group(), match.start(), match.end()


def _absolute(text: str, now: datetime) -> Iterator[tuple[str, int, int]]:
    for match in _ISO.finditer(text):
        if day := _date(int(match[1]), int(match[2]), int(match[3])):
            clock = f"T{int(match[4]):02d}:{match[5]}" if match[4] else ""
            yield day.isoformat() + clock, match.start(), match.end()
    for match in _MONTH_DAY.finditer(text):
        month, dom = mixed_number(match["mo"]), mixed_number(match["da"])
        if month and dom and (found := _latest(now, int(month), int(dom))):
            yield found.isoformat(), match.start(), match.end()
    for match in _MONTH_EN.finditer(text):
        month_name, dom_text = (match["mo"], match["da"]) if match["mo"] else (match["mo2"], match["da2"])
        if found := _latest(now, _MONTHS.index(month_name) + 1, int(dom_text)):
            yield found.isoformat(), match.start(), match.end()
    for match in _DAY_ONLY.finditer(text):
        dom_number = int(match["da"])
        month_of = now.month if dom_number <= now.day else (now.month - 2) % 12 + 1
        if found := _latest(now, month_of, dom_number):
            yield found.isoformat(), match.start(), match.end()


def _relative(text: str, now: datetime) -> Iterator[tuple[str, int, int]]:
    for match in _DAY.finditer(text):
        yield (now.date() + timedelta(days=_DAYS[match.group()])).isoformat(), match.start(), match.end()
    for match in _AGO.finditer(text):
        unit = match["u"] or match["ue"]
        count = mixed_number(match["n"]) if match["n"] else _SMALL.get(match["ne"]) or mixed_number(match["ne"])
        if count is None or count > 5000:
            continue
        if unit in _UNITS:
            yield (
                (now.date() - timedelta(days=int(count) * _UNITS[unit])).isoformat(),
                match.start(),
                match.end(),
            )
        else:
            step = timedelta(hours=int(count)) if unit in ("小时", "钟头", "hour") else timedelta(minutes=int(count))
            yield (now - step).strftime("%Y-%m-%dT%H:%M"), match.start(), match.end()
    for match in _WEEKDAY.finditer(text):
        yield _weekday(now, _WEEKDAYS[match["d"]], match["w"] or ""), match.start(), match.end()
    for match in _WEEKDAY_EN.finditer(text):
        which = "上" if match["w"] == "last " else ""
        yield _weekday(now, _ENGLISH_DAYS.index(match["d"]), which), match.start(), match.end()


def _clocks(text: str, now: datetime) -> Iterator[tuple[str, int, int]]:
    for match in _CLOCK_EN.finditer(text):
        if (hour_en := int(match["h"])) <= 24:
            hour_en = hour_en % 12 + 12 if match["ap"] == "pm" else hour_en
            yield f"T{hour_en % 24:02d}:{int(match['m'] or 0):02d}", match.start(), match.end()
    for match in _CLOCK.finditer(text):
        hour = mixed_number(match["h"])
        if hour is None or hour > 24:
            continue
        late = match["half"] in ("下午", "傍晚", "晚上", "今晚", "昨晚") and hour < 12
        minute = 30 if match["m"] == "半" else int(mixed_number(match["m"]) or 0) if match["m"] else 0
        if minute < 60:
            yield f"T{(int(hour) + 12 * late) % 24:02d}:{minute:02d}", match.start(), match.end()


def _weekday(now: datetime, weekday: int, which: str) -> str:
    monday = now.date() - timedelta(days=now.weekday() + 7 * which.count("上"))
    day = monday + timedelta(days=weekday)
    if not which and day > now.date():
        day -= timedelta(days=7)
    return day.isoformat()


def _latest(now: datetime, month: int, day: int) -> date | None:
    """The month and day in the year that makes it past or today: people complain of what happened."""
    this_year = _date(now.year, month, day)
    if this_year and this_year > now.date():
        return _date(now.year - 1, month, day)
    return this_year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
