"""How assignments read to people: why someone got a ticket, why nobody could, why it was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketing.tickets import wording
from ticketing.tickets.assignment_rules import CASE, Block, Why

READERS = ("zh", "en")
LANGUAGES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
LEVELS = {1: ("初级", "junior"), 2: ("熟练", "experienced"), 3: ("资深", "senior")}
UNCLAIMED = "unclaimed"
"""The reason in a team whose agents claim for themselves: nobody has."""
REASONS: dict[str, tuple[str, str]] = {
    Block.TEAM: ("班组里没有可分派的坐席", "the team has no agents"),
    Block.SKILL: (
        "班组里没有人处理“{category}”类问题或该产品",
        "nobody in the team handles {category} or this product",
    ),
    Block.LANGUAGE: (
        "班组里处理“{category}”的人都不会{language}",
        "nobody in the team who handles {category} speaks {language}",
    ),
    Block.PRESENCE: (
        "会{language}、处理“{category}”的人都没有在接单",
        "nobody who speaks {language} and handles {category} is available",
    ),
    Block.SHIFT: ("在接单的人都不在班次内", "those available are outside their shift"),
    Block.CAP: (
        "会{language}、处理“{category}”的在岗人员都已达上限",
        "everyone present who speaks {language} and handles {category} is at their limit",
    ),
    Block.RECUSED: ("其余在岗人员须回避", "everyone else present is recused"),
    Block.FORMER: ("只剩刚被收回此单的原负责人", "only the former owner is left"),
    UNCLAIMED: ("超过 {minutes} 分钟无人领取", "not claimed for more than {minutes} minutes"),
    "owner_left": ("原负责人已离岗", "its owner has left"),
    "owner_absent": ("原负责人不在岗", "its owner is not there"),
    "owner_recused": ("原负责人须回避", "its owner is recused"),
}
WHYS: dict[str, tuple[str, str]] = {
    Why.ONLY: ("只有 1 人可接", "the only one who fits"),
    Why.SENIOR: ("{fitting} 人可接，案情较重，经验更足", "the more experienced of {fitting} for a serious case"),
    Why.LEAST_LOADED: ("{fitting} 人可接，负荷最低", "least loaded of {fitting}"),
    Why.FAIR: ("{fitting} 人可接且负荷相同，最久未分到新单", "longest without a new case among {fitting}"),
}


def explanation(because: Mapping[str, Any], language: str) -> str:
    """``中文、交易纠纷（熟练）；手上 3 件，负荷 2.1/6；2 人可接，负荷最低``."""
    english = language == "en"
    why = _side(WHYS[because["why"]], english).format(fitting=because["fitting"])
    spoken = _side(LANGUAGES[because["language"]], english)
    category, level = wording.name("category", because["category"], language), _side(LEVELS[because["level"]], english)
    cases, load = because["open_cases"], f"{because['load'] / CASE:.1f}"
    if english:
        count = f"{cases} open case" if cases == 1 else f"{cases} open cases"
        return f"{spoken}, {category.lower()} ({level}); {count} worth {load} of {because['load_cap']}; {why}"
    return f"{spoken}、{category}（{level}）；手上 {cases} 件，负荷 {load}/{because['load_cap']}；{why}"


def reason(code: str, language: str, *, spoken: str = "zh", category: str = "", minutes: int = 0) -> str:
    """Why a ticket has nobody, for a reader of ``language``; ``spoken`` is the customer's language."""
    english = language == "en"
    named = wording.name("category", category, language)
    return _side(REASONS[code], english).format(
        language=_side(LANGUAGES[spoken], english), category=named.lower() if english else named, minutes=minutes
    )


def told(kind: str, data: Mapping[str, Any], language: str) -> str:
    """What a timeline says beneath an event of assignment; nothing for other events."""
    if kind in {"assigned", "reassigned"} and "because" in data:
        joiner = ": " if language == "en" else "："
        return f"{data['owner']}{joiner}{explanation(data['because'], language)}"
    if kind in {"unassignable", "put_back"}:
        return reason(
            data["reason"],
            language,
            spoken=data.get("language", "zh"),
            category=data.get("category", ""),
            minutes=data.get("minutes", 0),
        )
    return ""


def _side(pair: tuple[str, str], english: bool) -> str:
    return pair[1] if english else pair[0]
