"""Where the models are, what is known about each, and which one serves.

`kesu.tar.gz` serves; `candidate.tar.gz` was trained later and waits for a verdict; `previous.tar.gz` served before. Each has a
card beside it. `decisions.json` remembers which inputs led to a model that was not wanted, so that nothing trains it again.
"""

import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.training_data import MODELS


@dataclass(frozen=True)
class Place:
    """A model's file and its card."""

    model: Path
    card: Path


CURRENT = Place(MODELS / "kesu.tar.gz", MODELS / "kesu_model.json")
CANDIDATE = Place(MODELS / "candidate.tar.gz", MODELS / "candidate_model.json")
PREVIOUS = Place(MODELS / "previous.tar.gz", MODELS / "previous_model.json")
DECISIONS = MODELS / "decisions.json"
MODEL = CURRENT.model
"""The model that serves."""

Scores = dict[str, tuple[int, int]]
"""Right and all, by kind."""


@dataclass(frozen=True)
class ModelCard:
    """What is told about a model by the file beside it.

    `code` is the digest of what reads the model, `scores` what it reached on the evaluation sets of digest `measured_on`.
    `state` of a candidate is `new`, `ready` (passed its gate, waits for a trial) or `refused`.
    """

    fingerprint: str
    trained_at: str
    duration_seconds: int
    versions: dict[str, str]
    code: str = ""
    scores: Scores = field(default_factory=dict)
    measured_on: str = ""
    state: str = ""


def read_card(place: Place = CURRENT) -> ModelCard | None:
    """The card of a model, or None when there is no complete one."""
    try:
        return ModelCard(**json.loads(place.card.read_text(encoding="utf-8"))) if place.model.is_file() else None
    except (OSError, ValueError, TypeError):
        return None


def write_card(card: ModelCard, place: Place = CURRENT) -> None:
    """Writes the card; the model must be in place already."""
    _write(place.card, card.__dict__)


def change_card(place: Place, **values: object) -> ModelCard:
    """The card with some of it changed, written."""
    card = read_card(place)
    assert card is not None, place.card
    changed = replace(card, **values)  # type: ignore[arg-type]
    write_card(changed, place)
    return changed


def refusals() -> dict[str, str]:
    """Why the models of some inputs are not wanted, by fingerprint."""
    try:
        return dict(json.loads(DECISIONS.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def refuse(fingerprint: str, reason: str) -> None:
    """Remember that the model of these inputs is not wanted."""
    day = datetime.now(UTC).date().isoformat()
    _write(DECISIONS, refusals() | {fingerprint: f"{day}: {reason}"})


def wanted_again(fingerprint: str) -> None:
    """Forget such a decision."""
    _write(DECISIONS, {name: reason for name, reason in refusals().items() if name != fingerprint})


def promote() -> None:
    """The candidate serves from now on; what served is kept as the previous one. Whoever serves must be started again."""
    if CURRENT.model.is_file():
        _copy(CURRENT, PREVIOUS)
    os.replace(CANDIDATE.model, CURRENT.model)
    os.replace(CANDIDATE.card, CURRENT.card)
    wanted_again(change_card(CURRENT, state="").fingerprint)


def swap_back() -> None:
    """The previous one serves again, and what served becomes the previous one."""
    aside = Place(MODELS / "aside.tar.gz", MODELS / "aside_model.json")
    for source, target in ((CURRENT, aside), (PREVIOUS, CURRENT), (aside, PREVIOUS)):
        os.replace(source.model, target.model)
        os.replace(source.card, target.card)


def _copy(source: Place, target: Place) -> None:
    for name, other in ((source.model, target.model), (source.card, target.card)):
        fresh = other.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        os.link(name, fresh)
        os.replace(fresh, other)


def _write(path: Path, content: dict[str, object] | dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    os.replace(fresh, path)
