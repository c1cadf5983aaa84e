"""Every story in this folder, played through the trained assistant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.conversation import play

STORIES = [
    pytest.param(story, id=f"{path.stem}: {story['story']}")
    for path in sorted(Path(__file__).parent.glob("*.yml"))
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def test_there_are_stories_in_both_languages() -> None:
    languages = [param.values[0].get("language", "zh") for param in STORIES]
    assert languages.count("zh") >= 40
    assert languages.count("en") >= 25


@pytest.mark.parametrize("story", STORIES)
def test_story(story: dict[str, Any], start: Callable[[dict[str, Any]], Any]) -> None:
    play(start(story), story["turns"])
