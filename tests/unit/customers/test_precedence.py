"""Whom to believe when sources disagree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticketing.customers.fields import FIELDS
from ticketing.customers.precedence import SOURCES, Statement, believed

START = datetime(2026, 11, 1, tzinfo=UTC)


def said(source: str, value: str, days: int = 0) -> Statement:
    return Statement(source, value, START + timedelta(days=days))


def value(field: str, *statements: Statement) -> str | None:
    found = believed(field, statements)
    return found.value if found else None


def test_nobody_saying_anything_is_believed_nothing() -> None:
    assert believed("phone", []) is None


def test_the_newest_of_equally_trusted_sources_counts() -> None:
    assert value("phone", said("host", "1", 0), said("agent", "2", 3), said("api", "3", 1)) == "2"


def test_a_file_never_replaces_how_a_customer_wants_to_be_reached() -> None:
    assert value("phone", said("customer", "1", 0), said("csv", "2", 9)) == "1"


def test_a_file_fills_a_gap() -> None:
    assert value("phone", said("csv", "2", 9)) == "2"


def test_who_somebody_is_the_systems_know_better_than_the_customer() -> None:
    assert value("name", said("api", "王建国", 0), said("customer", "小王", 9)) == "王建国"


def test_trades_are_not_for_agents_to_say() -> None:
    assert value("trades_90d", said("csv", "3", 0), said("agent", "99", 9)) == "3"


def test_what_a_row_held_before_gives_way_to_any_later_file() -> None:
    assert value("tier", said("earlier", "gold", 0), said("csv", "standard", 1)) == "standard"


def test_at_the_same_instant_the_answer_does_not_depend_on_order() -> None:
    pair = [said("host", "1"), said("agent", "2")]
    assert value("phone", *pair) == value("phone", *reversed(pair)) == "1"


@given(
    field=st.sampled_from(sorted(FIELDS)),
    statements=st.lists(st.builds(said, st.sampled_from(SOURCES), st.sampled_from("ab"), st.integers(0, 3)), unique_by=lambda each: each.source),
    order=st.randoms(),
)  # fmt: skip
def test_the_order_of_statements_never_matters(field: str, statements: list[Statement], order: object) -> None:
    shuffled = list(statements)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert believed(field, statements) == believed(field, shuffled)
