"""The State Council's holidays and make-up days of one year, from the libraries that know them.

`chinese_calendar` carries the published list; for years it does not know, `holidays` computes the festivals. That is an
estimate: which weekends become working days is decided by the State Council each November.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants

FIRST_YEAR = min(constants.holidays).year
LAST_COUNCIL_YEAR = max(constants.holidays).year
_YEARS_AHEAD = 20
_CHINESE: dict[str, str] = {holiday.value: holiday.chinese for holiday in constants.Holiday}
HOLIDAYS = {chinese: english for english, chinese in _CHINESE.items()} | {
    "元旦": "New Year's Day",
    "劳动节": "Labour Day",
    "农历除夕": "Lunar New Year's Eve",
    "清明节": "Tomb-sweeping Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
}
"""English names of the libraries' Chinese ones."""


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A public holiday (`holiday`) or a weekend that is worked instead (`makeup`)."""

    on: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicYear:
    """What is known of a year: `source` is council, or estimate (festivals without make-up days)."""

    year: int
    source: str
    days: tuple[PublicDay, ...]


def public_year(year: int) -> PublicYear | None:
    """The public days of that year in order; None for a year nobody can tell anything about."""
    if FIRST_YEAR <= year <= LAST_COUNCIL_YEAR:
        return PublicYear(year, "council", tuple(sorted(_council(year), key=_date_of)))
    if LAST_COUNCIL_YEAR < year <= LAST_COUNCIL_YEAR + _YEARS_AHEAD:
        return PublicYear(year, "estimate", tuple(sorted(_estimate(year), key=_date_of)))
    return None


def _council(year: int) -> Iterator[PublicDay]:
    for kind, days in (("holiday", constants.holidays), ("makeup", constants.workdays)):
        for on, name in days.items():
            if on.year == year:
                yield PublicDay(on, kind, _CHINESE.get(name, name))


def _estimate(year: int) -> Iterator[PublicDay]:
    import holidays  # loads every country's names: only when somebody asks

    for on, name in holidays.country_holidays("CN", years=year, language="zh_CN").items():
        if on.year == year:
            yield PublicDay(on, "holiday", name)


def _date_of(day: PublicDay) -> date:
    return day.on
