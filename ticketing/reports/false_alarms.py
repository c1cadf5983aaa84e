"""How often the alert rules cry wolf: made-up complaints that come by chance alone, judged as the worker judges. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ticketing.reports import alert_rules
from ticketing.reports.alert_rules import Judged
from ticketing.reports.forecast_rules import WEEKS, Like
from ticketing.reports.usual import FALLS, TOTAL, Subject

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 1, 4, 16, tzinfo=UTC)
"""A Monday's midnight in Shanghai."""
DAY = (1, 1, 1, 1, 1, 1, 2, 3, 6, 9, 11, 10, 7, 8, 10, 10, 9, 8, 7, 7, 6, 5, 3, 2)
"""How a day's complaints spread over its hours."""
PARTS: dict[str, dict[str, float]] = {
    "category": {"transaction_dispute": 0.45, "product_service": 0.3, "system_failure": 0.15, "policy_issue": 0.1},
    "product": {
        "transfer": 0.22, "payment": 0.2, "wealth": 0.14, "bank_card": 0.12, "consumer_loan": 0.1, "credit_card": 0.08,
        "insurance": 0.06, "fund": 0.05, "points": 0.03,
    },
    "channel": {"chat": 0.8, "form": 0.2},
}  # fmt: skip
SLOTS = 6
"""Looks an hour. The worker looks each minute, but windows a few minutes apart are nearly the same window."""
HOUR, WEEK = SLOTS, SLOTS * 24 * 7
Sums = dict[Subject, list[int]]
"""Of each subject the complaints up to each slot."""


@dataclass(frozen=True)
class Found:
    """How many alerts chance alone raised."""

    subjects: int
    looks: int
    volume: int
    share: int


def simulate(*, days: int, daily: float, seed: int) -> Found:
    """So many days after eight weeks of history; an alert stands until its subject is back in its band."""
    slots = (WEEKS * 7 + days) * 24 * SLOTS
    sums = _arrivals(random.Random(seed), slots, daily)
    alerts: Counter[str] = Counter()
    standing: set[tuple[str, Subject]] = set()
    spread, looks = 0.0, 0
    for now in range(WEEKS * WEEK + HOUR, slots + 1):
        if now % (24 * SLOTS) == HOUR:
            spread = _spread(sums[TOTAL], now)
            for subject, judged, whole in _shares(sums, now):
                back = alert_rules.share_is_back(judged, whole)
                _follow(standing, alerts, ("share", subject), judged.direction, back)
        for subject, upto in sums.items():
            looks += 1
            samples = [_came(upto, now - week * WEEK, HOUR) for week in range(1, WEEKS + 1)]
            judged = alert_rules.volume(_came(upto, now, HOUR), samples, spread, falls=subject[0] in FALLS)
            _follow(standing, alerts, ("volume", subject), judged.direction, judged.is_back("high"))
    return Found(len(sums), looks, alerts["volume"], alerts["share"])


def _arrivals(chance: random.Random, slots: int, daily: float) -> Sums:
    """Complaints by chance in each slot, each with a class, a product and a channel of its own."""
    sums: Sums = {TOTAL: [0]} | {(part, code): [0] for part, codes in PARTS.items() for code in codes}
    for slot in range(slots):
        hour = slot // SLOTS
        weekend = (hour // 24) % 7 >= 5
        mean = daily * DAY[hour % 24] / sum(DAY) * (0.5 if weekend else 1.2) / SLOTS
        events, left = 0, chance.expovariate(1.0)
        while left < mean:
            events += 1
            left += chance.expovariate(1.0)
        fresh = Counter({TOTAL: events})
        for part, codes in PARTS.items():
            fresh.update((part, code) for code in chance.choices(list(codes), weights=list(codes.values()), k=events))
        for subject, upto in sums.items():
            upto.append(upto[-1] + fresh[subject])
    return sums


def _came(upto: list[int], end: int, slots: int) -> int:
    return upto[end] - upto[end - slots]


def _spread(upto: list[int], now: int) -> float:
    """As the worker finds it: from the full hours of the weeks before."""
    end = now // SLOTS
    since = end - WEEKS * 7 * 24
    at = [BEGIN + timedelta(hours=hour) for hour in range(since, end)]
    history = {when: _came(upto, (since + number + 1) * SLOTS, SLOTS) for number, when in enumerate(at)}
    until = at[-1] + timedelta(hours=1)
    return Like(history, since=at[0], until=until, zone=ZONE, works=lambda day: day.weekday() < 5).spread


def _shares(sums: Sums, now: int) -> Iterator[tuple[Subject, Judged, int]]:
    """Each subject's share of the last day, once a day."""
    day = 24 * SLOTS
    ends = [now - week * WEEK for week in range(WEEKS)]
    whole = [_came(sums[TOTAL], end, day) for end in ends]
    for subject, upto in sums.items():
        if subject != TOTAL:
            part = [_came(upto, end, day) for end in ends]
            yield subject, alert_rules.share(part[0], whole[0], list(zip(part[1:], whole[1:], strict=True))), whole[0]


def _follow(
    standing: set[tuple[str, Subject]],
    alerts: Counter[str],
    key: tuple[str, Subject],
    direction: str | None,
    back: bool,
) -> None:
    if direction and key not in standing:
        alerts[key[0]] += 1
        standing.add(key)
    elif back:
        standing.discard(key)
