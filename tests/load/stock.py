"""The bot that `rasa init` makes, on this machine and in the same run: what a turn of Rasa alone takes."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests

from tests.stack import ROOT, free_ports

RASA = ROOT / ".venv-bot" / "bin" / "rasa"
GREETINGS = ("hello", "I am feeling great {n}", "are you a bot?", "not very good {n}", "yes", "bye")
"""What the stock bot understands."""
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
SERVES_WITHIN_SECONDS = 240


class Stranger:
    """Somebody who talks to the stock bot through Rasa's REST channel."""

    def __init__(self, base: str) -> None:
        self.base, self.name, self.http = base, uuid.uuid4().hex, requests.Session()

    def say(self, text: str) -> tuple[float, list[dict]]:
        started = time.perf_counter()
        answer = self.http.post(
            f"{self.base}/webhooks/rest/webhook", json={"sender": self.name, "message": text}, timeout=30
        )
        seconds = time.perf_counter() - started
        answer.raise_for_status()
        return seconds, answer.json()


@contextmanager
def stock_bot(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Make, train and serve it; gives its address and its process."""
    environ = os.environ | ENVIRONMENT
    with (folder / "stock.log").open("wb") as log:
        (folder / "stock").mkdir()
        made = [str(RASA), "init", "--no-prompt", "--init-dir", str(folder / "stock")]
        subprocess.run(made, check=True, env=environ, stdout=log, stderr=log)
        (port,) = free_ports(1)
        served = [str(RASA), "run", "--port", str(port), "--interface", "127.0.0.1", "--credentials", "credentials.yml"]
        process = subprocess.Popen(served, cwd=folder / "stock", env=environ, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, process)
            yield base, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SERVES_WITHIN_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the stock bot has ended"
        try:
            if requests.get(base, timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise AssertionError("the stock bot does not serve")
