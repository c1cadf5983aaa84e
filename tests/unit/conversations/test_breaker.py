"""When the assistant keeps failing, customers no longer wait for it."""

from __future__ import annotations

from ticketing.conversations.assistant import (
    FAILURES_TO_OPEN,
    HURRIED_WAIT_SECONDS,
    LATE_TO_HURRY,
    OPEN_SECONDS,
    Breaker,
)


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Breaker, Time]:
    time = Time()
    breaker = Breaker(time)
    for _ in range(FAILURES_TO_OPEN):
        assert breaker.allows()
        breaker.failed()
    return breaker, time


def test_it_opens_after_failures_in_a_row_and_tries_one_now_and_then() -> None:
    breaker, time = opened()
    assert not breaker.allows()
    time.now += OPEN_SECONDS
    assert breaker.allows()
    assert not breaker.allows()
    breaker.failed()
    assert not breaker.allows()


def test_one_answer_closes_it() -> None:
    breaker, time = opened()
    time.now += OPEN_SECONDS
    assert breaker.allows()
    breaker.answered(in_time=True)
    assert breaker.allows()
    assert breaker.allows()


def test_an_answer_in_between_starts_the_count_again() -> None:
    breaker = Breaker(Time())
    for _ in range(3 * FAILURES_TO_OPEN):
        breaker.failed()
        breaker.answered(in_time=True)
    assert breaker.allows()


def test_the_wait_is_short_while_answers_are_late_and_usual_again_when_one_is_in_time() -> None:
    breaker = Breaker(Time())
    for _ in range(LATE_TO_HURRY):
        assert breaker.waiting_seconds(2.5) == 2.5
        breaker.late()
    assert breaker.waiting_seconds(2.5) == HURRIED_WAIT_SECONDS
    breaker.answered(in_time=False)
    assert breaker.waiting_seconds(2.5) == HURRIED_WAIT_SECONDS
    breaker.answered(in_time=True)
    assert breaker.waiting_seconds(2.5) == 2.5
