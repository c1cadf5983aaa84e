"""Keeps the assistant's processes in line with which model serves and whether a newly trained one is on trial.

The models' cards say which model serves (`bot/model.py`), the database whether there is a trial (`ticketing.learning.trials`).
The supervisor calls `tend` every few seconds: a changed model restarts `rasa`; a candidate that passed its gate begins its
trial and gets a process of its own; a trial that is over ends that process and promotes or refuses the candidate.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.exc import OperationalError

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.learning import trials
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.run.supervise import Process

OUTCOMES = {"promoted": ["candidate"], "rolled_back": ["refuse", "--because", "worse on trial"]}


class Host(Protocol):
    """What the supervisor offers."""

    def restart(self, name: str) -> None:
        """Start a process anew; it may take a while until it serves."""

    def start_beside(self, process: Process) -> None:
        """Start a process whose end ends nothing else; nothing if it runs."""

    def stop_beside(self, name: str) -> None:
        """Stop such a process; nothing if it does not run."""


class Assistants:
    """What is to be tended; ``models`` is the folder of the models."""

    def __init__(
        self, *, settings: Settings, models: Path, candidate: Process, promote: list[str], environ: Mapping[str, str]
    ) -> None:
        self._share = settings.canary_share
        self._database = Database(settings.database_url)
        self._models, self._candidate, self._promote, self._environ = models, candidate, promote, dict(environ)
        self._served = self._card("kesu").get("fingerprint")

    def tend(self, host: Host) -> None:
        """One look."""
        served = self._card("kesu").get("fingerprint")
        if served != self._served:
            self._served = served
            host.restart("rasa")
        if not self._share:
            return
        try:
            self._try_candidate(host)
        except OperationalError:
            return  # the database is busy: at the next look

    def _try_candidate(self, host: Host) -> None:
        card = self._card("candidate")
        fingerprint, ready = str(card.get("fingerprint", "")), card.get("state") == "ready"
        with self._database.reading() as session:
            trial = trials.latest(session)
        mine = trial is not None and trial.candidate == fingerprint
        if ready and (trial is None or (not mine and not trial.running)):
            with self._database.transaction() as session:
                trials.begin(session, clock=SystemClock(), candidate=fingerprint, share=self._share)
            host.start_beside(self._candidate)
        elif ready and mine and trial is not None and trial.running:
            host.start_beside(self._candidate)
        else:
            host.stop_beside(self._candidate.name)
            if ready and mine and trial is not None and trial.outcome:
                self._settle(trial.outcome)

    def _settle(self, outcome: str) -> None:
        subprocess.run(  # noqa: S603 - our own program
            [*self._promote, *OUTCOMES[outcome]], cwd=self._candidate.cwd, env=self._environ, check=False
        )

    def _card(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self._models / f"{name}_model.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
