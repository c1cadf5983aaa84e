"""The whole product as `make run` starts it, on free ports and with data of its own; for end-to-end and load tests."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 600


@dataclass(frozen=True)
class Stack:
    """A running product. ``started_in`` are the seconds until every process served."""

    base: str
    process: subprocess.Popen[bytes]
    folder: Path
    environ: dict[str, str]
    started_in: float

    def resident_megabytes(self) -> dict[str, float]:
        """Resident memory of each of the four processes with its children, in MB."""
        return {name: resident(child) for name, child in self.children().items()}

    def processor_seconds(self) -> dict[str, float]:
        """What each of the four processes has computed since its start, with its children."""
        return {name: computed(child) for name, child in self.children().items()}

    def children(self) -> dict[str, psutil.Process]:
        """The four processes by name."""
        found = {}
        marks = {"web": "gunicorn", "worker": "celery", "rasa": "rasa run", "actions": "rasa_sdk"}
        for child in psutil.Process(self.process.pid).children():
            command = " ".join(child.cmdline())
            name = next((name for name, mark in marks.items() if mark in command), None)
            if name:
                found[name] = child
        return found


def resident(process: psutil.Process) -> float:
    """Resident memory of a process and its children, in MB."""
    family = [process, *process.children(recursive=True)]
    return sum(member.memory_info().rss for member in family) / 1_000_000


def computed(process: psutil.Process) -> float:
    """Seconds of processor time of a process and its children since they started."""
    times = [member.cpu_times() for member in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [item.getsockname()[1] for item in sockets]
    for item in sockets:
        item.close()
    return numbers


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Stack]:
    """Start everything, wait until it serves, stop it at the end; ``settings`` are ``KESU_*`` without the prefix."""
    web, rasa, actions = free_ports(3)
    base = f"http://127.0.0.1:{web}"
    chosen = {
        "WEB_PORT": str(web),
        "RASA_PORT": str(rasa),
        "ACTIONS_PORT": str(actions),
        "PUBLIC_URL": base,
        "DATABASE_URL": f"sqlite:///{folder}/kesu.sqlite3",
        "BROKER_URL": f"sqla+sqlite:///{folder}/broker.sqlite3",
        "MAIL_DIR": f"{folder}/mail",
        "LEARNED_FILE": f"{folder}/learned.yml",
        "SECRET_KEY": secrets.token_hex(24),
        "DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "BOT_SECRET": secrets.token_hex(24),
        "WIDGET_ORIGINS": "*",
    } | settings
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KESU_")}
    environ |= {f"KESU_{name}": value for name, value in chosen.items()}
    started = time.perf_counter()
    with (folder / "run.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ticketing.run", "--var", str(folder)],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            assistant = f"http://127.0.0.1:{rasa}/webhooks/kesu/"
            wait(process, folder, [f"{base}/readyz", assistant, f"http://127.0.0.1:{actions}/health"])
            yield Stack(base, process, folder, environ, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def wait(process: subprocess.Popen[bytes], folder: Path, addresses: list[str]) -> None:
    """Return when every address answers; fails with the supervisor's last lines when it ended or took too long."""
    deadline = time.monotonic() + START_SECONDS
    waiting = list(addresses)
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            tail = (folder / "run.log").read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"the product did not start (exit code {process.poll()}):\n{tail}")
        try:
            if requests.get(waiting[0], timeout=2).ok:
                waiting.pop(0)
                continue
        except requests.RequestException:
            pass
        time.sleep(0.3)
