"""What is alike in a transaction is done together, and whoever asks for it need not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy.orm import Session

from ticketing.platform.gathering import gathering, together

Done = list[tuple[str, list[int]]]


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as made:
        made.info["done"] = []
        yield made


def first(session: Session, items: Sequence[int]) -> None:
    session.info["done"].append(("first", list(items)))


def second(session: Session, items: Sequence[int]) -> None:
    session.info["done"].append(("second", list(items)))
    for item in items:
        together(session, first, item * 10)


def done(session: Session) -> Done:
    found: Done = session.info["done"]
    return found


def test_outside_a_gathering_it_is_done_at_once(session: Session) -> None:
    together(session, first, 1)
    together(session, first, 2, 3)
    assert done(session) == [("first", [1]), ("first", [2, 3])]


def test_inside_one_all_that_is_alike_is_done_once_at_the_end_in_the_order_it_came(session: Session) -> None:
    with gathering(session):
        together(session, first, 1)
        together(session, second, 7)
        together(session, first, 2)
        assert done(session) == []
    assert done(session)[:2] == [("first", [1, 2]), ("second", [7])]


def test_what_is_asked_for_meanwhile_is_gathered_too(session: Session) -> None:
    with gathering(session):
        together(session, second, 1)
        together(session, second, 2)
    assert done(session) == [("second", [1, 2]), ("first", [10, 20])]


def test_a_gathering_inside_another_ends_with_the_outer_one(session: Session) -> None:
    with gathering(session):
        with gathering(session):
            together(session, first, 1)
        together(session, first, 2)
    assert done(session) == [("first", [1, 2])]


def failing(session: Session) -> None:
    with gathering(session):
        together(session, first, 1)
        raise ZeroDivisionError


def test_what_waits_when_something_fails_is_never_done(session: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(session)
    together(session, first, 2)
    assert done(session) == [("first", [2])]
