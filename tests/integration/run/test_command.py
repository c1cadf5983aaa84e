"""`make run`'s program with the real web and worker: migrates, loads, serves, prints, stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# A machine that never embedded the knowledge base's askings does so here, which takes minutes.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that touches nothing outside the test's folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KESU_")}
    return clean | {
        "KESU_WEB_PORT": str(port),
        "KESU_DATABASE_URL": f"sqlite:///{tmp_path}/kesu.sqlite3",
        "KESU_BROKER_URL": f"sqla+sqlite:///{tmp_path}/broker.sqlite3",
        "KESU_MAIL_DIR": str(tmp_path / "mail"),
        "KESU_WEB_THREADS": "8",
    }


@pytest.fixture
def command(environ: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`python -m ticketing.run --only web,worker`, started; killed if the test leaves it running."""
    line = [sys.executable, "-m", "ticketing.run", "--only", "web,worker", "--var", str(tmp_path)]
    with subprocess.Popen(
        line, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        guard = threading.Timer(500, started.terminate)
        guard.start()
        yield started
        guard.cancel()
        started.terminate()


def test_run_serves_and_prints_addresses_and_sign_ins_and_stops_on_ctrl_c(
    command: subprocess.Popen[str], environ: dict[str, str]
) -> None:
    assert command.stdout is not None
    said: list[str] = []
    for line in command.stdout:
        said.append(line)
        if "Ctrl-C stops everything" in line:
            break
    text = "".join(said)
    web = f"http://127.0.0.1:{environ['KESU_WEB_PORT']}"

    assert f"{web}/desk" in text, text
    assert "could not be read" not in text
    with urllib.request.urlopen(f"{web}/readyz", timeout=5) as answer:
        assert answer.status == 200
    command.send_signal(signal.SIGINT)
    assert command.wait(20) == 0


def test_a_web_process_that_is_killed_ends_the_run_and_is_named(
    command: subprocess.Popen[str], environ: dict[str, str]
) -> None:
    assert command.stdout is not None
    for line in command.stdout:
        if "Ctrl-C stops everything" in line:
            break
    for child in psutil.Process(command.pid).children():
        if any("gunicorn" in part for part in child.cmdline()):
            child.kill()
    rest = command.stdout.read()

    assert command.wait(20) == 1
    assert "web was killed by SIGKILL" in rest
