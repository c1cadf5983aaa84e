"""No pattern of the assistant takes for ever over what somebody may type: “嗯嗯嗯嗯嗯嗯…”, "so so so so…"."""

import re

import pytest
from hostile_texts import held_up_by, patterns_of

PATTERNS = patterns_of("actions", "bot.components")


@pytest.mark.parametrize("place", sorted(PATTERNS))
def test_a_pattern_comes_back_from_its_own_words_over_and_over(place: str) -> None:
    assert held_up_by(PATTERNS[place]) is None


def test_a_pattern_that_does_not_come_back_is_noticed() -> None:
    assert held_up_by(re.compile(r"(?:了+吧?)*$x")) is not None
