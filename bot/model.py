"""Where the trained model is and what is known about it."""

import json
from dataclasses import dataclass
from pathlib import Path

from bot.training_data import MODELS

MODEL = MODELS / "kesu.tar.gz"
ABOUT = MODELS / "kesu_model.json"


@dataclass(frozen=True)
class ModelCard:
    """What `kesu_model.json` tells about the model beside it."""

    fingerprint: str
    trained_at: str
    duration_seconds: int
    versions: dict[str, str]


def read_card(path: Path = ABOUT) -> ModelCard | None:
    """The card of the trained model, or None when there is no complete one."""
    try:
        return ModelCard(**json.loads(path.read_text(encoding="utf-8"))) if MODEL.is_file() else None
    except (OSError, ValueError, TypeError):
        return None


def write_card(card: ModelCard, path: Path = ABOUT) -> None:
    """Writes the card; the model must be in place already."""
    path.write_text(json.dumps(card.__dict__, indent=2) + "\n", encoding="utf-8")
