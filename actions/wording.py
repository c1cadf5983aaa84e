"""The catalogue of what the assistant says: one YAML file per language, flat keys, `{placeholders}`."""

from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language by dotted key."""
    flat: dict[str, str] = {}
    _flatten("", yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8")), flat)
    return flat


def text(language: str, key: str, **values: object) -> str:
    """The text of a key with its placeholders filled; raises KeyError for a key that is not in the catalogue."""
    wording = catalogue(language if language in LANGUAGES else "zh")[key]
    for name, value in values.items():
        wording = wording.replace("{" + name + "}", str(value))
    return wording


def _flatten(prefix: str, tree: dict[str, object], flat: dict[str, str]) -> None:
    for key, value in tree.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}{key}.", value, flat)
        else:
            flat[f"{prefix}{key}"] = str(value).strip()
