"""The worker as it runs in production: Celery processes of its own, that tests start and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 90
ALL_IN_ONE = ("worker", "-B", "-P", "solo")
WORKER = ("worker", "-P", "solo")
BEAT = ("beat",)


class CeleryProcess:
    """One process, by default worker and beat in one; ``log`` is what it says."""

    def __init__(
        self, folder: Path, environ: dict[str, str], *, command: tuple[str, ...] = ALL_IN_ONE, name: str = "worker"
    ) -> None:
        self.folder, self.environ, self.name = folder, environ, name
        self.log = folder / f"{name}.log"
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it has introduced itself."""
        told = self._introductions()
        self.launch()
        until(lambda: self._introductions() > told, READY_SECONDS, self.explains)

    def launch(self) -> None:
        """Start without waiting."""
        options = ["--loglevel", "WARNING"]
        if "worker" in self._command:
            options += ["--without-gossip", "--without-mingle", "--hostname", f"{self.name}@%h"]
        if "-B" in self._command or "beat" in self._command:
            options += ["--schedule", str(self.folder / f"{self.name}-beat")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "ticketing.worker", *self._command, *options],
                cwd=ROOT,
                env={**os.environ, "PYTHONFAULTHANDLER": "1", **self.environ},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def explains(self) -> str:
        """All it said and, if it lives, where it stands: it is ended by a signal at which it prints its stack."""
        if self.lives():
            assert self._process is not None
            os.killpg(self._process.pid, signal.SIGABRT)
            self._process.wait()
            self._process = None
        return self.said()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def lives(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As the machine's end would: no warning, beat and all."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _introductions(self) -> int:
        return self.said().count("[queues]") + self.said().count("LocalTime")


def until(seen: Callable[[], bool], seconds: float, explain: Callable[[], object] = str) -> None:
    """Come back as soon as it is so; fail when it is not so in time."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, explain()
        time.sleep(0.02)
