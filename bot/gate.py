"""Whether a newly trained model may serve: it must not be worse than the one that does, as a whole or in a kind."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.decision import kind_of
from bot.measures.refusals import reply
from bot.model import Scores
from bot.training_data import BOT, DATA, ROOT

MOST_FALL = 0.03
"""A kind may lose this share of its rows, three of a hundred, which is what chance does to a set of this size."""
MOST_FALL_IN_ALL = 0.005
"""And all kinds together this share: one text learnt turns a row or two of a thousand either way, for no reason."""
SETS = (DATA / "evaluation" / "kinds.jsonl", DATA / "evaluation" / "forbidden.jsonl")


def objections(current: Scores, candidate: Scores, most_fall: float = MOST_FALL) -> list[str]:
    """Why the candidate may not serve, in words; nothing when it may."""
    reasons = []
    before, after = total(current), total(candidate)
    if share(before) - share(after) > MOST_FALL_IN_ALL + 1e-9:
        reasons.append(f"the total falls from {told(before)} to {told(after)}, more than {MOST_FALL_IN_ALL:.1%}")
    for kind, was in sorted(current.items()):
        now = candidate.get(kind, (0, was[1]))
        if share(was) - share(now) > most_fall + 1e-9:
            reasons.append(f"{kind} falls from {told(was)} to {told(now)}, more than {most_fall:.0%}")
    return reasons


def total(scores: Scores) -> tuple[int, int]:
    """Right and all over every kind."""
    return sum(right for right, _ in scores.values()), sum(rows for _, rows in scores.values())


def share(score: tuple[int, int]) -> float:
    """The share that is right, 0 for no rows."""
    return score[0] / score[1] if score[1] else 0.0


def told(score: tuple[int, int]) -> str:
    """`0.898 (701/781)`."""
    return f"{share(score):.3f} ({score[0]}/{score[1]})"


def measure(model: Path) -> Scores:
    """What a model reaches on the evaluation sets, in a process of its own.

    With one thread for its arithmetic: on busy cores several wait for each other and take twenty times as long.
    """
    command = [sys.executable, "-W", "ignore", "-m", "bot.gate", str(model)]
    environ = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise SystemExit(f"{model.name} could not be measured:\n{done.stderr[-2000:]}")
    return {name: (right, rows) for name, (right, rows) in json.loads(done.stdout.splitlines()[-1]).items()}


def scores(model: Path) -> Scores:
    """The same in this process."""
    from bot.evaluate import parse  # brings Rasa, which `make run` must not wait for when there is nothing to measure

    rows = rows_of(SETS)
    right, count = Counter[str](), Counter[str]()
    for row, parsed in zip(rows, parse(rows, model), strict=True):
        name, fits = judged(row, parsed)
        count[name] += 1
        right[name] += fits
    return {name: (right[name], rows_of_it) for name, rows_of_it in sorted(count.items())}


def judged(row: dict[str, Any], verdict: dict[str, Any]) -> tuple[str, bool]:
    """Under which name a row counts, and whether the model's verdict on it was right."""
    if "expected_kind" in row:
        return row["expected_kind"], kind_of(verdict["intent_unasked"]["name"]) == row["expected_kind"]
    given = reply(verdict)
    if row["forbidden"]:
        return "forbidden refused", given != "answered"
    return "allowed not refused", given != "refused"


def measured_on() -> str:
    """A digest of the evaluation sets."""
    return _digest(path for path in SETS if path.is_file())


def code() -> str:
    """A digest of what reads a model: a model made for other code does not serve this one."""
    files = [*BOT.glob("*.yml"), *BOT.glob("data/*.yml"), *BOT.glob("components/*.py")]
    return _digest(sorted([*files, BOT / "decision.py", BOT / "requirements.txt"]))


def rows_of(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Every row of those files that are there."""
    lines = [line for path in paths if path.is_file() for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    print(json.dumps(scores(Path(sys.argv[1]))))
