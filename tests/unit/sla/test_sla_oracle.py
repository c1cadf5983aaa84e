"""Counting working time against the slow twin, on calendars and zones nobody would think of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from histories import ALWAYS, INSTANTS, calendars
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.oracle import slow_due, slow_elapsed
from ticketing.sla.rules import due_at
from ticketing.sla.timelines import Pause


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    moments = sorted(draw(st.lists(st.timedeltas(timedelta(hours=-5), timedelta(days=6)), max_size=5, unique=True)))
    found = [Pause(start + low, start + high) for low, high in zip(moments[::2], moments[1::2], strict=False)]
    return found if len(moments) % 2 == 0 else [*found, Pause(start + moments[-1], None)]


@settings(deadline=None, max_examples=150)
@given(calendar=calendars(), start=INSTANTS, minutes=st.integers(0, 4000), data=st.data())
def test_due_time_is_what_the_twin_finds(
    calendar: WorkCalendar, start: datetime, minutes: int, data: st.DataObject
) -> None:
    holds = data.draw(pauses(start))
    target = timedelta(minutes=minutes, seconds=data.draw(st.integers(0, 59)))
    limit = start + timedelta(days=15)
    slow = slow_due(calendar, start, target, [(hold.begin, hold.end) for hold in holds], limit)
    fast = due_at(calendar, start, target, holds)
    if slow is None:
        assert fast is None or fast > limit
    else:
        assert fast == slow


@settings(deadline=None, max_examples=150)
@given(calendar=calendars(), start=INSTANTS, length=st.timedeltas(timedelta(0), timedelta(days=10)))
@example(
    calendar=WorkCalendar("st-johns", "America/St_Johns", (((0, 1),),) * 7),
    start=datetime(2010, 11, 6, tzinfo=UTC),
    length=timedelta(days=3),
)
def test_elapsed_time_is_what_the_twin_counts(calendar: WorkCalendar, start: datetime, length: timedelta) -> None:
    assert calendar.working_between(start, start + length) == slow_elapsed(calendar, start, start + length)


@settings(deadline=None, max_examples=100)
@given(calendar=calendars(), start=INSTANTS, days=st.integers(1, 3000), cut=st.floats(0, 1))
def test_long_spans_add_up_wherever_they_are_cut(
    calendar: WorkCalendar, start: datetime, days: int, cut: float
) -> None:
    end = start + timedelta(days=days)
    middle = start + (end - start) * cut
    whole = calendar.working_between(start, end)
    assert calendar.working_between(start, middle) + calendar.working_between(middle, end) == whole
    day_by_day = sum((high - low for _, low, high, works in calendar.spans(start, end) if works), timedelta(0))
    assert day_by_day == whole
    if whole:
        due = calendar.add_working(start, whole)
        assert due <= end
        assert calendar.working_between(start, due) == whole


@settings(deadline=None, max_examples=60)
@given(start=INSTANTS, seconds=st.integers(0, 10**7))
def test_wall_clock_time_is_plain_addition(start: datetime, seconds: int) -> None:
    assert ALWAYS.add_working(start, seconds) == start + timedelta(seconds=seconds)


@settings(deadline=None, max_examples=60)
@given(calendar=calendars(), start=INSTANTS, seconds=st.integers(1, 10**6), day=st.integers(0, 20))
def test_one_more_holiday_never_brings_the_deadline_forward(
    calendar: WorkCalendar, start: datetime, seconds: int, day: int
) -> None:
    free: date = start.date() + timedelta(days=day)
    stricter = WorkCalendar(
        "more", calendar.tz, calendar.weekly, calendar.holidays | {free}, calendar.yearly_holidays, calendar.makeup_days
    )
    assert stricter.add_working(start, seconds) >= calendar.add_working(start, seconds)
