"""The occasions on which customers are written to, and on which days they fall. Pure.

Source: handbook §4.5 (greetings on birthdays and holidays, care of its own for each stage of the life cycle). Lunar days
come from the ``holidays`` package, which computes them; none of them is typed in by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from holidays import country_holidays

Sort = Literal["birthday", "holiday", "stage", "case"]
CASE_DAYS = 3
"""After so many days a customer can tell whether what was solved stays solved."""


@dataclass(frozen=True)
class Occasion:
    """One occasion. ``festival`` is the holiday's Chinese name, ``stage`` the stage that customers have come into the day before."""

    code: str
    sort: Sort
    active: bool = True
    festival: str = ""
    stage: str = ""


OCCASIONS: Mapping[str, Occasion] = {
    each.code: each
    for each in (
        Occasion("birthday", "birthday"),
        Occasion("new_year", "holiday", festival="元旦", active=False),
        Occasion("spring_festival", "holiday", festival="春节"),
        Occasion("dragon_boat", "holiday", festival="端午节", active=False),
        Occasion("mid_autumn", "holiday", festival="中秋节"),
        Occasion("national_day", "holiday", festival="国庆节"),
        Occasion("stage_verified", "stage", stage="verified"),
        Occasion("stage_trading", "stage", stage="trading"),
        Occasion("stage_investing", "stage", stage="investing"),
        Occasion("stage_leaving", "stage", stage="leaving"),
        Occasion("solved_complaint", "case"),
    )
}


@cache
def festival_days(year: int) -> Mapping[str, date]:
    """The first day of each festival of a year, by its Chinese name. Two may fall on one day (2028-10-03)."""
    found: dict[str, date] = {}
    for on, names in sorted(country_holidays("CN", years=year, language="zh_CN").items()):
        for name in names.split("; "):
            found.setdefault(name, on)
    return found


def falls_on(occasion: Occasion, day: date) -> bool:
    """Whether a festival is that day."""
    return bool(occasion.festival) and festival_days(day.year).get(occasion.festival) == day


def next_day(occasion: Occasion, today: date) -> date | None:
    """The next day on which a festival falls, today included; None for occasions that are different for each customer."""
    if not occasion.festival:
        return None
    days = (festival_days(year).get(occasion.festival) for year in (today.year, today.year + 1))
    return next((day for day in days if day is not None and day >= today), None)


def birthdays_kept(day: date) -> tuple[str, ...]:
    """The months and days whose birthday is kept that day: 28 February also stands for the 29th in a common year."""
    own = f"{day:%m-%d}"
    is_leap = (date(day.year, 3, 1) - timedelta(days=1)).day == 29
    return (own, "02-29") if own == "02-28" and not is_leap else (own,)
