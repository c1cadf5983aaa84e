"""The worker as it runs in production: a Celery process of its own, with its beat, that tests start and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READY_SECONDS = 90


class CeleryProcess:
    """One worker process; ``log`` is what it says."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, environ
        self.log = folder / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it has introduced itself."""
        told = self.said().count("[queues]")
        options = ["-B", "-P", "solo", "--schedule", str(self.folder / "beat"), "--without-gossip", "--without-mingle"]
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "ticketing.worker",
            "worker",
            *options,
            "--loglevel",
            "WARNING",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.environ}, stdout=log, stderr=log, start_new_session=True
            )
        until(lambda: self.said().count("[queues]") > told, READY_SECONDS, self.said)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def kill(self) -> None:
        """As the machine's end would: no warning, beat and all."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def until(seen: Callable[[], bool], seconds: float, explain: Callable[[], object] = str) -> None:
    """Come back as soon as it is so; fail when it is not so in time."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, explain()
        time.sleep(0.02)
