"""Composes what the assistant is trained on, and tells by a fingerprint whether it has changed.

In: `nlu_data/utterances`, `nlu_data/lookups`, the askings of `nlu_data/knowledge`. Out: `bot/.build/nlu/`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
DATA = ROOT / "nlu_data"
BUILD = BOT / ".build"
MODELS = BOT / "models"


def compose(build: Path = BUILD) -> Path:
    """Writes the training input of this moment into `build`/nlu and returns that folder."""
    target = build / "nlu"
    shutil.rmtree(target, ignore_errors=True)
    for source in sorted([*DATA.glob("utterances/*/*.yml"), *DATA.glob("lookups/*.yml")]):
        copy = target / source.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    examples = [{"text": asking} for asking in dict.fromkeys(askings())]
    nlu = {"version": "3.1", "nlu": [{"intent": "ask_question", "examples": examples}]}
    target.mkdir(parents=True, exist_ok=True)
    (target / "askings.yml").write_text(yaml.safe_dump(nlu, allow_unicode=True, width=1000), encoding="utf-8")
    return target


def askings() -> Iterator[str]:
    """The ways customers ask for each knowledge article, in both languages, its title question among them."""
    for path in sorted(DATA.glob("knowledge/*.yml")):
        for article in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            for language in ("zh", "en"):
                wording: dict[str, Any] = article.get(language) or {}
                yield from (
                    text.strip() for text in [wording.get("question", ""), *wording.get("askings", [])] if text.strip()
                )


def fingerprint() -> str:
    """A digest of everything the model depends on: data, configuration, domain, dialogue, components, packages.

    The answers of articles are not in it: editing an answer does not retrain.
    """
    digest = hashlib.sha256()
    files = [
        *DATA.glob("utterances/*/*.yml"),
        *DATA.glob("lookups/*.yml"),
        *BOT.glob("*.yml"),
        *BOT.glob("data/*.yml"),
    ]
    files += [*BOT.glob("components/*.py"), BOT / "requirements.txt"]
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(json.dumps(list(askings()), ensure_ascii=False).encode())
    return digest.hexdigest()
