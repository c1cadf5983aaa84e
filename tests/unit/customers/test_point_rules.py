"""Which points are spent first, what is left, and when they end."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ticketing.points.rules import Movement, expires_on, left_of, over_limit


def test_the_oldest_points_are_spent_first() -> None:
    early, late = Movement(1, "grant", 100, date(2027, 1, 1)), Movement(2, "grant", 50, date(2028, 1, 1))
    assert left_of([late, early, Movement(3, "spend", -120)]) == {1: 0, 2: 30}


def test_points_of_a_leap_day_end_on_the_first_of_march() -> None:
    assert expires_on(date(2028, 2, 29)) == date(2030, 3, 1)
    assert expires_on(date(2026, 11, 23)) == date(2028, 11, 23)


def test_a_role_may_propose_up_to_its_limit() -> None:
    assert [over_limit("agent", 500), over_limit("agent", 501), over_limit("compliance", 1)] == [False, True, True]


@given(st.lists(st.integers(-50, 50).filter(bool), max_size=30))
def test_what_is_left_adds_up_to_the_balance(amounts: list[int]) -> None:
    balance, movements = 0, []
    for number, amount in enumerate(amounts):
        if balance + amount >= 0:
            balance += amount
            movements.append(Movement(number, "grant" if amount > 0 else "spend", amount, date(2027, 1, 1)))
    left = left_of(movements)
    assert sum(left.values()) == balance
    assert min(left.values(), default=0) >= 0
