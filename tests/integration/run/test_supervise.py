"""The supervisor with real processes: it says when all serve, who failed and why, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ticketing.run import supervise
from ticketing.run.console import Console
from ticketing.run.supervise import Process, Supervisor

SERVER = "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()"
STUBBORN = (
    "import signal, time, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
FAILING = (
    "import sys, time; print('up', flush=True); time.sleep(.5); print('the disk is full', flush=True); sys.exit(7)"
)
PARENT = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(77.5)']); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run processes under a supervisor and ask it to stop once all serve; gives its exit code and what it said."""

    def run(*processes: Process, stop: bool = True) -> tuple[int, str]:
        said = io.StringIO()
        supervisor = Supervisor(processes, Console(said), tmp_path)
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            code = supervisor.run(lambda: os.kill(os.getpid(), signal.SIGINT) if stop else None)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return code, said.getvalue()

    return run


def script(name: str, code: str, *arguments: str, ready_line: str = "up", ready_url: str = "") -> Process:
    """A process that is a Python one-liner."""
    command = [sys.executable, "-c", code, *arguments]
    return Process(name, command, os.environ, Path.cwd(), ready_url=ready_url, ready_line=ready_line)


def free_port() -> int:
    """A port that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_ctrl_c_after_everything_serves_ends_with_success(run: Callable[..., tuple[int, str]]) -> None:
    port = free_port()
    server = script("web", SERVER, str(port), ready_line="", ready_url=f"http://127.0.0.1:{port}/")

    code, said = run(server)

    assert code == 0
    assert "web serve" in said
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_process_that_dies_is_named_with_its_exit_code_and_last_lines(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run(script("worker", FAILING), script("rasa", STUBBORN.replace("SIG_IGN", "SIG_DFL")), stop=False)

    assert code == 1
    assert "worker ended with exit code 7" in said
    assert "the disk is full" in said
    assert "worker.log" in said


def test_a_killed_process_is_reported_as_killed(run: Callable[..., tuple[int, str]]) -> None:
    suicide = "import os, signal; print('up', flush=True); os.kill(os.getpid(), signal.SIGKILL)"

    code, said = run(script("rasa", suicide), stop=False)

    assert code == 1
    assert "rasa was killed by SIGKILL (out of memory, perhaps)" in said


def test_a_process_that_ignores_the_request_to_stop_is_killed(
    run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketing.run.supervise.STOP_SECONDS", 0.5)

    code, said = run(script("rasa", STUBBORN))

    assert code == 0
    assert "killed: rasa" in said


def test_nothing_that_a_process_started_outlives_it(run: Callable[..., tuple[int, str]]) -> None:
    run(script("web", PARENT))

    assert not [child for child in psutil.process_iter(["cmdline"]) if "time.sleep(77.5)" in str(child.info["cmdline"])]


def test_warnings_reach_the_console_and_everything_reaches_the_log(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    lines = '{"level": "info", "event": "quiet"}', '{"level": "warning", "event": "queue.full", "waiting": 3}'
    code = f"import time; print({lines[0]!r}); print({lines[1]!r}); print('up', flush=True); time.sleep(60)"

    _, said = run(script("web", code))

    assert "web │ warning: queue.full waiting=3" in said
    assert "quiet" not in said.replace("\n", "").split("│")[1]
    assert (tmp_path / "web.log").read_text().splitlines() == [*lines, "up"]


def test_a_process_that_never_serves_is_waited_for_no_longer_than_the_limit(
    run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketing.run.supervise.START_SECONDS", 0.5)
    mute = "import time; print('loading the model', flush=True); time.sleep(60)"

    code, said = run(script("rasa", mute), stop=False)

    assert code == 1
    assert "rasa does not serve after" in said
    assert "loading the model" in said


def test_the_command_line_leaves_on_sigterm(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; import sys, os\n"
        "from ticketing.run.supervise import Process, Supervisor\n"
        "from ticketing.run.console import Console\n"
        "process = Process('web', [sys.executable, '-c', \"print('up', flush=True); import time; time.sleep(60)\"], os.environ, Path.cwd(), ready_line='up')\n"
        "sys.exit(Supervisor([process], Console(), Path(sys.argv[1])).run(lambda: print('serving', flush=True)))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as supervisor:
        guard = threading.Timer(30, supervisor.kill)
        guard.start()
        assert supervisor.stdout is not None
        assert any("serving" in line for line in supervisor.stdout)
        supervisor.terminate()
        assert supervisor.wait(15) == 0
        guard.cancel()


def test_a_restarted_process_is_another_one_and_one_beside_may_end_by_itself(tmp_path: Path) -> None:
    said, seen = io.StringIO(), []
    beside = script("candidate", "print('gone', flush=True)")

    def tend(supervisor: Supervisor) -> None:
        pids = [int(pid) for pid in (tmp_path / "rasa.log").read_text().split()]
        seen.append(len(pids))
        if len(pids) == 1:
            supervisor.start_beside(beside)
            supervisor.restart("rasa")
        elif len(pids) == 2:
            supervisor.stop_beside("candidate")
            os.kill(os.getpid(), signal.SIGINT)

    process = script("rasa", "import os, time; print(os.getpid(), flush=True); time.sleep(60)", ready_line=r"\d")
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert Supervisor([process], Console(said), tmp_path, tend=tend).run(lambda: None) == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert seen[0] == 1
    assert (tmp_path / "candidate.log").read_text() == "gone\n"
    assert "rasa │ restarts" in said.getvalue()


def test_what_looks_after_the_processes_does_not_end_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "TEND_SECONDS", 0)
    looks: list[int] = []

    def tend(_: Supervisor) -> None:
        looks.append(1)
        if len(looks) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        raise RuntimeError("the card is torn")

    said = io.StringIO()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        worker = script("worker", STUBBORN.replace("SIG_IGN", "SIG_DFL"))
        code = Supervisor([worker], Console(said), tmp_path, tend=tend).run(lambda: None)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert code == 0
    assert said.getvalue().count("RuntimeError: the card is torn") == 3
