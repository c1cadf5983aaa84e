"""The engine against its slow twin, on calendars, zones and logs nobody would think of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sla_factories import ALWAYS, policy, rule

from ticketing.sla.calendars import Period, WorkCalendar
from ticketing.sla.oracle import play, slow_due, slow_elapsed
from ticketing.sla.rules import clock, due_at
from ticketing.sla.timelines import ClockEvent, Pause

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)
# Around changes of daylight-saving time, year ends, leap days, Samoa's lost date and St John's changes after midnight.
ANCHORS = tuple(
    datetime(*ymd, tzinfo=UTC)
    for ymd in (
        (2026, 3, 28), (2026, 10, 24), (2026, 3, 7), (2026, 10, 31), (2018, 2, 17), (2018, 11, 3), (2026, 12, 30),
        (2028, 2, 27), (2011, 12, 29), (2010, 11, 6), (2016, 3, 19), (2026, 4, 4), (2026, 2, 13), (2027, 3, 11),
    )
)  # fmt: skip
INSTANTS = st.builds(
    lambda anchor, shift: anchor + shift,
    st.sampled_from(ANCHORS),
    st.timedeltas(timedelta(days=-2), timedelta(days=3)),
)


@st.composite
def day_periods(draw: st.DrawFn) -> tuple[Period, ...]:
    marks = sorted(draw(st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True)))
    return tuple((marks[i] * 15, marks[i + 1] * 15) for i in range(0, len(marks) - 1, 2))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekly = tuple(draw(day_periods()) for _ in range(7))
    if not any(weekly):
        weekly = (((540, 1020),), *weekly[1:])
    anchor = draw(st.sampled_from(ANCHORS)).date()
    near = st.integers(-3, 6).map(lambda days: anchor + timedelta(days=days))
    return WorkCalendar(
        "drawn",
        draw(st.sampled_from(ZONES)),
        weekly,
        holidays=draw(st.frozensets(near, max_size=3)),
        yearly_holidays=draw(st.frozensets(st.sampled_from([(1, 1), (12, 31), (2, 29), (3, 1)]), max_size=2)),
        makeup_days=draw(st.dictionaries(near, day_periods(), max_size=2)),
    )


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


KINDS = st.sampled_from(["complained", "paused", "resumed", "answer_delivered", "noted", "closed", "withdrawn"])


@st.composite
def logs(draw: st.DrawFn) -> list[ClockEvent]:
    start = draw(INSTANTS)
    log = [ClockEvent("complained", start)]
    at, number = start, 1
    for gap, kind in draw(st.lists(st.tuples(st.integers(0, 2000), st.one_of(KINDS, st.just("reopened"))), max_size=7)):
        at += timedelta(minutes=gap)
        number += kind == "reopened"
        log.append(ClockEvent(kind, at, number))
    return log


@settings(deadline=None, max_examples=150)
@given(calendar=calendars(), log=logs(), hours=st.integers(1, 40), pausable=st.booleans(), later=st.integers(0, 3000))
def test_verdicts_are_what_the_twin_sees(
    calendar: WorkCalendar, log: list[ClockEvent], hours: int, pausable: bool, later: int
) -> None:
    clock_rule = rule(hours=hours, calendar="drawn", pausable=pausable)
    now = log[-1].at + timedelta(minutes=later)
    limit = now + timedelta(days=2)
    found = {
        each.round: each for each in clock(log, policy(clock_rule), {"drawn": calendar, "always": ALWAYS}, now=now)
    }
    for number in range(1, log[-1].round + 1):
        seen = play(clock_rule, calendar, log, number=number, now=now, limit=limit)
        if seen is None:
            assert number not in found
            continue
        assert found[number].verdict == seen.verdict
        if seen.due_at is not None:
            assert found[number].due_at == seen.due_at


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
