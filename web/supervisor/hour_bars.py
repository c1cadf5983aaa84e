"""Bars by the hour as SVG, without a script: what broke today and what falls due, and the forecast with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from ticketing.reports.forecast import Hour
from ticketing.reports.hours import HOUR, hours_between, start_of_hour
from ticketing.reports.periodic.drawing import nice
from ticketing.reports.queries import HOURS_AHEAD, Board
from web.supervisor.pages import clock_hour, listing

WIDTH, HEIGHT = 720, 120
GAP = 3


@dataclass(frozen=True)
class Chart:
    """Bars over one column an hour; ``top`` is the number at the upper edge."""

    hours: list[str]
    bars: list[Bar]
    top: int


@dataclass(frozen=True)
class Bar:
    """One hour: its words, number, place in the picture, and the list behind it. ``kind``: broken, due or expected.

    ``top`` and ``bottom`` are the band's edges, ``line`` where the capacity lies; None where there is none.
    """

    hour: str
    count: float
    kind: str
    address: str | None
    x: float
    y: float
    width: float
    height: float
    top: float | None = None
    bottom: float | None = None
    line: float | None = None


def of(board: Board, zone: ZoneInfo) -> Chart:
    """What broke in each hour of today, and what falls due in the coming ones; in the current hour one on the other."""
    current = start_of_hour(board.span.now)
    hours = list(hours_between(start_of_hour(board.span.today), current + HOURS_AHEAD * HOUR))
    broken, due = board.broken_by_hour, board.due_by_hour
    top = int(nice(max(broken.get(at, 0) + due.get(at, 0) for at in hours)))
    step, up = WIDTH / len(hours), HEIGHT / top
    entries = [("broken", at, broken.get(at, 0), 0, "breached") for at in hours if at <= current]
    entries += [("due", at, due.get(at, 0), broken.get(at, 0), "falls_due") for at in hours if at >= current]
    bars = [
        Bar(
            hour=clock_hour(at),
            count=count,
            kind=kind,
            address=listing(show=show, since=at, until=at + timedelta(hours=1)),
            x=round(hours.index(at) * step, 1),
            y=round(HEIGHT - up * (below + count), 1),
            width=round(step - GAP, 1),
            height=round(up * count, 1),
        )
        for kind, at, count, below, show in entries
    ]
    return Chart([clock_hour(at) for at in hours], bars, top)


def expected(hours: Sequence[Hour]) -> Chart:
    """The coming hours: what is expected, its band, and what usually gets done."""
    top = int(nice(max((max(hour.expected.high, hour.capacity or 0) for hour in hours), default=0)))
    step = WIDTH / max(len(hours), 1)

    def up(value: float) -> float:
        return round(HEIGHT - HEIGHT * value / top, 1)

    bars = [
        Bar(
            hour=clock_hour(hour.expected.at),
            count=hour.expected.mean,
            kind="short" if hour.is_short else "expected",
            address=None,
            x=round(place * step, 1),
            y=up(hour.expected.mean),
            width=round(step - GAP, 1),
            height=round(HEIGHT - up(hour.expected.mean), 1),
            top=up(hour.expected.high),
            bottom=up(hour.expected.low),
            line=None if hour.capacity is None else up(hour.capacity),
        )
        for place, hour in enumerate(hours)
    ]
    return Chart([bar.hour for bar in bars], bars, top)
