"""An alert in a sentence: what came, and what usually does. In both languages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ticketing.reports.board_models import VolumeAlert
from ticketing.tickets import wording

_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_GROUPS = {"category": "category", "product": "product", "channel": "channel"}


def subject(row: VolumeAlert, language: str) -> str:
    """What it is about: ``转账投诉`` or ``complaints about transfers``'s short name."""
    if row.dimension == "total":
        return "全部投诉" if language == "zh" else "All complaints"
    name = wording.name(_GROUPS[row.dimension], row.code, language)
    if row.dimension == "channel":
        return f"{name}渠道投诉" if language == "zh" else f"Complaints by {name.lower()}"
    return f"{name}投诉" if language == "zh" else f"Complaints: {name.lower()}"


def sentence(row: VolumeAlert, zone: ZoneInfo, language: str) -> str:
    """``过去 1 小时有 14 件转账投诉；星期四这个时段通常为 2–5 件。``"""
    if row.measure == "share":
        return _of_share(row, language)
    weekday = _WEEKDAYS[language][row.window_to.astimezone(zone).weekday()]
    low, high = round(row.usual_low), round(row.usual_high)
    usual = str(high) if low == high else f"{low}–{high}"
    if language == "zh":
        few = "只有" if row.direction == "low" else "有"
        return f"过去 1 小时{few} {row.observed} 件{subject(row, language)}；{weekday}这个时段通常为 {usual} 件。"
    only = "Only " if row.direction == "low" else ""
    noun = _counted(row)
    return f"{only}{row.observed} {noun} in the last hour; usually {usual} on a {weekday} at this hour."


def _of_share(row: VolumeAlert, language: str) -> str:
    share = round(100 * row.observed / row.whole) if row.whole else 0
    low, high = round(row.usual_low), round(row.usual_high)
    if language == "zh":
        name = subject(row, language)
        return (
            f"过去 24 小时{name}占全部投诉的 {share}%（{row.observed}/{row.whole} 件）；"
            f"近八周同一时段通常为 {low}%–{high}%。"
        )
    return (
        f"{share}% of the complaints in the last 24 hours ({row.observed} of {row.whole}) are {_counted(row, bare=True)}; "
        f"usually {low}–{high}% on this day of the week."
    )


def _counted(row: VolumeAlert, *, bare: bool = False) -> str:
    one = row.observed == 1 and not bare
    if row.dimension == "total":
        return "complaint" if one else "complaints"
    name = wording.name(_GROUPS[row.dimension], row.code, "en").lower()
    if row.dimension == "channel":
        return f"by {name}" if bare else f"complaint{'' if one else 's'} by {name}"
    return f"about “{name}”" if bare else f"complaint{'' if one else 's'} about “{name}”"
