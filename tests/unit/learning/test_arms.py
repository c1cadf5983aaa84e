"""Which conversations try a new assistant, and when it is clearly worse."""

from __future__ import annotations

import pytest

from ticketing.learning import arms
from ticketing.learning.arms import Arm, Share


def test_a_conversation_stays_in_its_arm_and_about_the_wanted_share_is_taken() -> None:
    ids = [f"conversation-{number}" for number in range(4000)]
    taken = [name for name in ids if arms.takes_candidate(name, 10)]
    assert taken == [name for name in ids if arms.takes_candidate(name, 10)]
    assert 0.08 < len(taken) / len(ids) < 0.12
    assert set(taken) <= {name for name in ids if arms.takes_candidate(name, 20)}


def test_no_share_takes_nobody() -> None:
    assert not any(arms.takes_candidate(str(number), 0) for number in range(1000))


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [(Share(0, 20), 0.0, 0.161), (Share(10, 20), 0.299, 0.701), (Share(81, 263), 0.255, 0.366)],
)
def test_the_interval_is_wilsons(share: Share, low: float, high: float) -> None:
    assert share.interval() == pytest.approx((low, high), abs=0.001)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # His table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.
    assert arms.difference(Share(48, 80), Share(56, 70)) == pytest.approx((0.0524, 0.3339), abs=0.0005)


def test_a_much_worse_candidate_is_found() -> None:
    assert arms.clearly_worse(Arm(900, failed=90), Arm(100, failed=40)) == "failed"
    assert arms.clearly_worse(Arm(900, handed_over=90), Arm(100, handed_over=40)) == "handed_over"
    assert arms.clearly_worse(Arm(900, rated=300, unhelpful=30), Arm(100, rated=40, unhelpful=20)) == "unhelpful"


def test_a_difference_that_chance_makes_is_let_be() -> None:
    assert arms.clearly_worse(Arm(900, failed=90), Arm(100, failed=13)) is None


def test_a_better_candidate_is_let_be() -> None:
    assert arms.clearly_worse(Arm(900, failed=300), Arm(100, failed=1)) is None


def test_too_few_conversations_say_nothing() -> None:
    assert arms.clearly_worse(Arm(900, failed=9), Arm(29, failed=29)) is None
