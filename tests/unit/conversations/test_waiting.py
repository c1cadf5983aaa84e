"""Expected waits follow what was measured, and stay sensible while little was."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.conversations import waiting
from ticketing.conversations.waiting import PRIOR_SECONDS, Desk, Handled, handling_seconds, wait_minutes


def measured(count: int, minutes: float, *, language: str = "zh", skill: str | None = None) -> Handled:
    return Handled(language, skill, count, count * minutes * 60)


def test_with_nothing_measured_the_prior_stands() -> None:
    assert handling_seconds([], language="zh", skill=None) == PRIOR_SECONDS


def test_one_odd_conversation_hardly_moves_it_and_many_do() -> None:
    one = handling_seconds([measured(1, 60)], language="en", skill=None)
    many = handling_seconds([measured(500, 12)], language="zh", skill=None)
    assert one < 2.1 * PRIOR_SECONDS
    assert many == pytest.approx(12 * 60, rel=0.01)


def test_a_language_and_a_skill_have_times_of_their_own() -> None:
    rows = [measured(200, 4), measured(200, 15, skill="loan"), measured(200, 9, language="en")]
    loan = handling_seconds(rows, language="zh", skill="loan")
    assert loan == pytest.approx(15 * 60, rel=0.03)
    assert handling_seconds(rows, language="en", skill=None) == pytest.approx(9 * 60, rel=0.03)
    assert 4 * 60 < handling_seconds(rows, language="zh", skill=None) < loan


@pytest.mark.parametrize(
    ("position", "desk", "minutes"),
    [
        (1, Desk(agents=1, places=3, free=1), 1),
        (1, Desk(agents=1, places=1, free=0), 7),
        (3, Desk(agents=2, places=6, free=2), 2),
        (12, Desk(agents=2, places=6, free=0), 13),
        (1, Desk(), None),
        (1, Desk(agents=1), None),
    ],
)
def test_who_is_free_and_who_is_ahead_make_the_wait(position: int, desk: Desk, minutes: int | None) -> None:
    assert wait_minutes(position, desk, 6 * 60.0) == minutes


@given(
    st.integers(1, 500),
    st.integers(1, 40),
    st.integers(0, 40),
    st.floats(30, waiting.LONGEST_HANDLED_SECONDS, allow_nan=False),
)
def test_further_back_never_waits_less_and_more_hands_never_make_it_longer(
    position: int, places: int, free: int, handling: float
) -> None:
    desk = Desk(1, places, min(free, places))
    more = Desk(2, places + 4, min(free, places) + 4)
    here = wait_minutes(position, desk, handling)
    further, helped = wait_minutes(position + 1, desk, handling), wait_minutes(position, more, handling)
    assert further is not None
    assert here is not None
    assert helped is not None
    assert further >= here >= helped >= 1


@dataclass
class Office:
    """A day in a simulated office: whoever comes is told a wait, then really waits for a free place."""

    places: int
    minutes: float
    busy: list[float] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def come(self, now: float, random: Random) -> None:
        """A customer at this minute; conversations take exponential times, first come first served."""
        ends = sorted(end for end in self.busy if end > now)
        taken = min(len(ends), self.places)
        position = max(0, len(ends) - self.places) + 1
        said = wait_minutes(position, Desk(1, self.places, self.places - taken), self.minutes * 60)
        begins = now if len(ends) < self.places else ends[len(ends) - self.places]
        self.busy = [*ends, begins + random.expovariate(1 / self.minutes)]
        self.told.append(said or 0)
        self.waited.append(begins - now + waiting.PICK_UP_SECONDS / 60)


@pytest.mark.parametrize(("places", "minutes", "load"), [(4, 6.0, 0.95), (12, 9.0, 0.97), (2, 15.0, 0.9)])
def test_what_is_told_is_on_average_what_one_waits(places: int, minutes: float, load: float) -> None:
    random, office, now = Random(7), Office(places, minutes), 0.0
    for _ in range(20_000):
        now += random.expovariate(load * places / minutes)
        office.come(now, random)
    queued = [(told, waited) for told, waited in zip(office.told, office.waited, strict=True) if told > 2]
    told, waited = (mean(values) for values in zip(*queued, strict=True))
    assert len(queued) > 1_000
    assert told == pytest.approx(waited, rel=0.1)
