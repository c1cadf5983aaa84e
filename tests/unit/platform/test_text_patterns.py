"""No pattern through which the backend puts what people write takes for ever over it."""

import pytest

from tests.hostile_texts import held_up_by, patterns_of

PATTERNS = patterns_of(
    "ticketing.attachments",
    "ticketing.conversations",
    "ticketing.customers",
    "ticketing.knowledge",
    "ticketing.platform",
    "ticketing.privacy",
    "ticketing.search",
    "ticketing.tickets",
)


@pytest.mark.parametrize("place", sorted(PATTERNS))
def test_a_pattern_comes_back_from_its_own_words_over_and_over(place: str) -> None:
    assert held_up_by(PATTERNS[place]) is None
