"""Days and times as customers write them, absolute and relative, zh and en. Pure; anchored at a given now; texts come folded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.components.numerals import CHINESE, ENGLISH, mixed_number


@dataclass(frozen=True)
class Mention:
    """A stretch of text that tells a day, a time of day, or (with neither) a length of time."""

    start: int
    end: int
    day: date | None = None
    clock: time | None = None


_N = rf"(?:\d{{1,4}}|[{CHINESE}]{{1,4}})"
_TWO = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
_DAYS = {
    0: "今天 今日 今儿个 今儿 今早 今晚 今晨 今朝 今夜 今次 today tonight this-morning this-afternoon this-evening",
    -1: "昨天 昨日 昨儿个 昨儿 昨个 昨晚 昨夜 昨早 昨晨 寻日 琴日 yesterday last-night",
    -2: "前天 前日 前儿个 前儿 前晚 the-day-before-yesterday day-before-yesterday",
    -3: "大前天 大前日",
    1: "明天 明日 明儿个 明儿 明早 明晚 听日 tomorrow",
    2: "后天 后日 the-day-after-tomorrow day-after-tomorrow",
    3: "大后天",
}
_OFFSETS = {word.replace("-", " "): offset for offset, words in _DAYS.items() for word in words.split()}
_DAY = re.compile("|".join(rf"\b{w}\b" if w.isascii() else w for w in sorted(_OFFSETS, key=len, reverse=True)))
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6} | {str(i + 1): i for i in range(6)}
_WEEKDAY = re.compile(
    r"(?P<w>上+|下+|这|本)?(?:一?个)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天1-6])(?![一二三四五六七八九十百千\d个年月]|天)"
)
_ENGLISH_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORT = [name[:3] for name in _ENGLISH_DAYS]
_WEEKDAY_EN = re.compile(
    rf"\b(?:(?P<w>last|this|next|on|coming|past) )?(?P<d>{'|'.join(_ENGLISH_DAYS)}|(?:{'|'.join(_SHORT)}|tues|thur|thurs)(?=[\s,.]|$))(?: (?P<a>last week|this week|next week))?\b"
)
_ISO = re.compile(r"(?<!\d)(20\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})[日号]?(?!\d)t?")
_MONTH_DAY = re.compile(
    rf"(?<!\d)(?:(?P<y>20\d{{2}}|[二〇零一二三四五六七八九]{{4}})年|(?P<r>今年|去年|前年|明年)的?)?(?P<mo>{_TWO})月(?:份的?)?(?P<da>{_TWO})(?:[日号]|(?![\d{CHINESE}年个天]))"
)
_SLASHED = re.compile(r"(?<![\d/.:-])(?P<mo>1[0-2]|0?[1-9])/(?P<da>3[01]|[12]\d|0?[1-9])(?![\d/]|\s?(?:星|分|颗|的))")
_DAY_ONLY = re.compile(
    rf"(?:(?P<r>上个?月|这个?月|本月|下个?月|当月)的?|(?<![\d月年{CHINESE}a-z-]))(?P<da>{_TWO})[号日](?![码线楼店院门机馆柜仓台口窗本常期元铺位])"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?:{'|'.join(_MONTHS)})(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
_MONTH_EN = re.compile(
    rf"\b(?P<mo>{_MONTH}) (?:the )?(?P<da>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y>20\d{{2}})\b)?"
    rf"|\b(?P<da2>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<mo2>{_MONTH})(?![a-z])(?:,?[ -](?P<y2>20\d{{2}})\b)?"
)
_DAY_EN = re.compile(
    r"\bthe (?P<da>\d{1,2})(?:st|nd|rd|th)\b(?! (?:time|of (?!this|last)|instal\w*|attempt|call|floor|payment|month))(?: of (?P<r>last|this) month)?"
)
_UNIT = r"天|日(?![元币圆])|周|星期|礼拜|月|年|小时|钟头|分钟|分(?!钱)"
_SMALL_EN = {word: number for word, number in ENGLISH.items() if 0 < number <= 60} | {
    "a": 1,
    "an": 1,
    "a couple of": 2,
    "half an": 0.5,
    "half a": 0.5,
}
_COUNT_EN = rf"(?:\d+(?:\.\d+)?|{'|'.join(sorted(_SMALL_EN, key=len, reverse=True))})"
_UNIT_EN = r"day|week|fortnight|month|year|hour|hr|minute|min"
_AGO = re.compile(
    rf"(?P<n>{_N}|半)\s?(?:多|来)?个?(?P<h>半)?(?P<u>{_UNIT})(?P<h2>半)?(?:之|以)?(?P<w>前|后)(?!天)"
    rf"|\b(?P<ne>{_COUNT_EN})(?P<he> and a half)? (?P<ue>{_UNIT_EN})s?(?P<h3> and a half)? (?:ago|back|earlier)\b"
)
_SPAN = re.compile(
    rf"(?:前|后|这|近|最近|过去|上|第)?(?:{_N}|几|半|好几|多少)\s?(?:多|来|几)?\s?个?(?:半)?(?:多)?(?:{_UNIT}|秒|工作日|季度|晚上?|夜|宿)(?!期|日(?!内)|度)"
    rf"|\b(?:{_COUNT_EN}|a few|several) (?:and a half )?(?:working |business |calendar )?(?:{_UNIT_EN}|second|sec|night)s?\b|上个?月底?|这个?月底?|去年|今年|last (?:week|month|year)"
)
_PART = r"凌晨|清晨|早上|早晨|一早|大清早|上午|中午|正午|午后|下午|傍晚|晚上|晚间|夜里|夜晚|深夜|半夜|晏昼|下昼|下晏|朝早|(?<![今昨明前])晚|(?<![今昨明])早"
_CLOCK = re.compile(
    rf"(?P<p>{_PART})?(?:的|大概|大约|差不多|快|将近|约|\s)*(?<![\d:.])(?P<h>{_TWO})\s?(?:(?:点|时)钟?(?![意建要原名赞评缀数击])|:(?=[0-5]\d(?!\d)))"
    rf"(?:\s?(?:过|零)?(?P<m>[一三]刻|[0-5]?\d(?![\d.%万元块])|[{CHINESE}]{{2,3}}|十|[{CHINESE}](?=分)|半)分?(?![{CHINESE}\d万元块%]))?(?::[0-5]\d)?(?![%折])(?:\s?(?P<ap>[ap])\.?m\b)?"
)
_VAGUE_ONE = re.compile(r"[一1]点(?!钟|半|多|整|左右|前|后|\d|[一二三四五])")
_WORD_HOURS = rf"(?:\d{{1,2}}|{'|'.join(w for w, n in ENGLISH.items() if 0 < n <= 12)})"
_CLOCK_EN = re.compile(
    rf"\b(?P<h>\d{{1,2}})(?:[:.](?P<m>[0-5]\d))?\s?(?P<ap>[ap])\.?m\b\.?|\b(?P<o>{_WORD_HOURS}) ?o'?clock\b"
    rf"|\b(?P<f>half|quarter|5|10|20|25|five|ten|twenty) (?P<to>past|to|after) (?P<hw>{_WORD_HOURS})\b"
    rf"|(?:(?<=night )|(?<=ning )|(?<=noon )|(?<=day )|(?<=night, )|(?<=day, )|\b)(?:(?:at|around|about|by|since) )+(?P<hb>{_WORD_HOURS})(?::(?P<mb>[0-5]\d))?(?:ish)?\b"
    rf"(?: (?=in the (?:morning|afternoon|evening)|this|last|yesterday|today|on |tonight|at night)|(?=\s?(?:[,.;!?]|$)))"
    rf"|\b(?P<hi>{_WORD_HOURS}) (?=in the (?:morning|afternoon|evening)|at night)"
    rf"|\b(?P<noon>noon|midday|midnight)\b"
)
_LATE = re.compile(r"下午|午后|傍晚|晚|夜|晏|下昼|\b(?:afternoon|evening|night|tonight|pm)\b")
_DARK = re.compile(r"夜|晚|\b(?:night|tonight)\b")
_EARLY = re.compile(r"凌晨|早|上午|清晨|晨|\bmorning\b")


def mentions(text: str, now: datetime) -> list[Mention]:
    """Every day, time and length of time a text tells, in order; where two overlap the more telling one stays."""
    found: list[Mention] = []
    for finder in (_dates, _ago, _relative_days, _weekdays, _clocks, _spans):
        for mention in finder(text, now):
            if all(mention.end <= other.start or other.end <= mention.start for other in found):
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


_REJECTED = re.compile(r"(?:不是|并非|而非|唔系|\bnot|n't)(?:在|说|是|on|the|from|\s)*$")


def meant(text: str, told: list[Mention], now: datetime) -> tuple[str, int, int] | None:
    """`(value, start, end)` of the moment a message is about: a day, or a local minute; a time without a day is today's."""
    kept = [m for m in told if (m.day or m.clock) and not _REJECTED.search(text[max(0, m.start - 10) : m.start])]
    day = next((m for m in kept if m.day), None)
    others = [m for m in kept if m.day and m is not day]
    clocks = [m for m in kept if m.clock and not any(_nearer(m, other, day) for other in others)]
    clock = day if day and day.clock else next(iter(clocks), None)
    if day is None and clock is None:
        return None
    start, end = min(m.start for m in (day, clock) if m), max(m.end for m in (day, clock) if m)
    on = day.day if day and day.day else now.date()
    minute = f"T{clock.clock:%H:%M}" if clock and clock.clock else ""
    return on.isoformat() + minute, start, end


def _nearer(clock: Mention, other: Mention, day: Mention | None) -> bool:
    """Whether a time belongs to another day than the one meant: it stands between, or follows, nearer to the other."""
    return day is not None and _distance(clock, other) < _distance(clock, day)


def _distance(clock: Mention, day: Mention) -> int:
    return clock.start - day.end if clock.start >= day.end else 2 * (day.start - clock.end) + 3


def _dates(text: str, now: datetime) -> Iterator[Mention]:
    for match in _ISO.finditer(text):
        yield from _on(match, _date(int(match[1]), int(match[2]), int(match[3])))
    for match in _MONTH_DAY.finditer(text):
        month, dom = mixed_number(match["mo"]), mixed_number(match["da"])
        year = mixed_number(match["y"]) if match["y"] else None
        if match["r"]:
            year = now.year + {"今": 0, "去": -1, "前": -2, "明": 1}[match["r"][0]]
        if month and dom:
            yield from _on(
                match, _date(int(year), int(month), int(dom)) if year else _latest(now, int(month), int(dom))
            )
    for match in _MONTH_EN.finditer(text):
        name, dom_text, year_text = (
            (match["mo"], match["da"], match["y"]) if match["mo"] else (match["mo2"], match["da2"], match["y2"])
        )
        place = _MONTHS.index(name[:3]) + 1
        yield from _on(
            match, _date(int(year_text), place, int(dom_text)) if year_text else _latest(now, place, int(dom_text))
        )
    for match in _SLASHED.finditer(text):
        yield from _on(match, _latest(now, int(match["mo"]), int(match["da"])))
    for pattern in (_DAY_ONLY, _DAY_EN):
        for match in pattern.finditer(text):
            if dom := mixed_number(match["da"]):
                yield from _on(match, _day_of_month(now, int(dom), match["r"] or ""))


def _ago(text: str, now: datetime) -> Iterator[Mention]:
    for match in _AGO.finditer(text):
        count = _count(match["n"] or match["ne"])
        if count is None or count > 5000:
            continue
        count += 0.5 if match["h"] or match["h2"] or match["he"] or match["h3"] else 0
        count *= -1 if match["w"] == "后" else 1
        unit = match["u"] or match["ue"]
        if unit in ("小时", "钟头", "分钟", "分", "hour", "hr", "minute", "min"):
            at = now - timedelta(hours=count) if unit[0] in "小钟h" else now - timedelta(minutes=count)
            yield Mention(match.start(), match.end(), at.date(), at.time().replace(second=0, microsecond=0))
        elif unit in ("月", "month", "年", "year"):
            months = count * (12 if unit in ("年", "year") else 1)
            back = _months_back(now.date(), int(months))
            yield from _on(match, back and back - timedelta(days=15 * (months % 1 != 0)))
        else:
            days = {"天": 1, "日": 1, "day": 1, "fortnight": 14}.get(unit, 7)
            yield from _on(match, now.date() - timedelta(days=int(count * days)))


def _relative_days(text: str, now: datetime) -> Iterator[Mention]:
    for match in _DAY.finditer(text):
        yield from _on(match, now.date() + timedelta(days=_OFFSETS[match.group()]))


def _weekdays(text: str, now: datetime) -> Iterator[Mention]:
    for match in _WEEKDAY.finditer(text):
        which = match["w"] or ""
        weeks = which.count("下") - which.count("上") if which else None
        yield from _on(match, _weekday(now, _WEEKDAYS[match["d"]], weeks))
    for match in _WEEKDAY_EN.finditer(text):
        which = match["a"] or match["w"] or ""
        weeks = {"last": -1, "this": 0, "next": 1}.get(which.split(" ")[0]) if which else None
        yield from _on(match, _weekday(now, _SHORT.index(match["d"][:3]), weeks))


def _clocks(text: str, now: datetime) -> Iterator[Mention]:
    for match in _CLOCK.finditer(text):
        if _VAGUE_ONE.match(text, match.start("h")) and (match["p"] or "早") in "早晚":
            continue
        hour, minute = mixed_number(match["h"]), _minute(match["m"])
        near = (match["p"] or "") + text[max(0, match.start() - 4) : match.start()]
        yield from _at(match, hour, minute, near, match["ap"])
    for match in _CLOCK_EN.finditer(text):
        if match["noon"]:
            yield Mention(match.start(), match.end(), clock=time(0 if match["noon"] == "midnight" else 12))
            continue
        hour_text = match["h"] or match["o"] or match["hw"] or match["hb"] or match["hi"]
        hour, minute = _count(hour_text), float(match["m"] or match["mb"] or 0)
        if match["f"] and hour is not None:
            minute = {"half": 30.0, "quarter": 15.0}.get(match["f"]) or _count(match["f"]) or 0.0
            hour, minute = (hour - 1, 60 - minute) if match["to"] == "to" else (hour, minute)
        around = text[max(0, match.start() - 16) : match.start()] + text[match.end() : match.end() + 26]
        yield from _at(match, hour, minute, around, match["ap"])


def _at(match: re.Match[str], hour: object, minute: float | None, near: str, half: str | None) -> Iterator[Mention]:
    """The time of day a match tells, with what stands near it saying which half of the day is meant."""
    if hour is None or minute is None or not 0 <= (h := int(float(str(hour)))) <= 24 or not 0 <= minute < 60:
        return
    if half == "p" or (half is None and _LATE.search(near)):
        dark = half is None and bool(_DARK.search(near))
        if h == 12:
            h = 0 if dark else 12
        elif h < 12 and not (dark and h < 5 and not re.search("晚上|今晚|昨晚|evening", near)):
            h += 12
    elif half == "a" or _EARLY.search(near):
        h = 0 if h == 12 and not re.search("上午", near) else h
    elif re.search("中午|正午", near):
        h += 12 if h < 4 else 0
    yield Mention(match.start(), match.end(), clock=time(h % 24, int(minute)))


def _spans(text: str, now: datetime) -> Iterator[Mention]:
    for match in _SPAN.finditer(text):
        yield Mention(match.start(), match.end())


def _minute(text: str | None) -> float | None:
    if not text:
        return 0
    if text == "半":
        return 30
    if text.endswith("刻"):
        return 45 if text[0] == "三" else 15
    value = mixed_number(text.lstrip("零") or "0")
    return None if value is None else float(value)


def _count(text: str) -> float | None:
    if text == "半":
        return 0.5
    if text in _SMALL_EN:
        return float(_SMALL_EN[text])
    value = mixed_number(text)
    return None if value is None else float(value)


def _on(match: re.Match[str], day: date | None) -> Iterator[Mention]:
    if day:
        yield Mention(match.start(), match.end(), day)


def _weekday(now: datetime, weekday: int, weeks: int | None) -> date:
    """The weekday so many weeks from this one; without that, the latest past one or today."""
    day = now.date() - timedelta(days=now.weekday() - weekday - 7 * (weeks or 0))
    return day - timedelta(days=7) if weeks is None and day > now.date() else day


def _day_of_month(now: datetime, dom: int, which: str) -> date | None:
    """A day of the month named; without a month, the latest past one or today."""
    if which.startswith(("上", "last")):
        return _same_day(_months_back(now.date().replace(day=1), 1), dom)
    if which.startswith("下"):
        return _same_day(_months_back(now.date().replace(day=1), -1), dom)
    here = _same_day(now.date(), dom)
    if which or (here and here <= now.date()):
        return here
    return _same_day(_months_back(now.date().replace(day=1), 1), dom)


def _months_back(day: date, months: int) -> date | None:
    count = day.year * 12 + day.month - 1 - months
    last = (_date(count // 12, count % 12 + 1, dom) for dom in range(day.day, 27, -1))
    return _date(count // 12, count % 12 + 1, day.day) or next((found for found in last if found), None)


def _same_day(day: date | None, dom: int) -> date | None:
    return _date(day.year, day.month, dom) if day else None


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
