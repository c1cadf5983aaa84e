"""A stage: commands that are run only when their inputs changed. Standard library only.

The stamp of a stage is a hash of the contents of its inputs, not of their times: a fresh checkout rebuilds nothing that is already there.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from ticketing.run.console import Console, Step

TAIL_LINES = 15
STOP_SECONDS = 5
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PIP_ORIGIN = re.compile(r"\s*\(from .*\)$|^Requirement already satisfied: ")
_PIP_NOISE = re.compile(
    r"^(Found existing|Uninstalling|Successfully uninstalled|Attempting|WARNING: (Location|Running pip))"
)
_PIP_LIST = re.compile(r"^(Installing|Successfully installed)(?: collected packages:)? (.*)")


class StageFailed(Exception):
    """A command of a stage failed; the text names the stage, the exit code, the last lines and the whole log."""


@dataclass(frozen=True)
class Stage:
    """``commands`` are run in order when ``stamp`` does not carry the hash of ``inputs`` and ``commands``.

    Without a ``stamp`` the commands run every time (they decide themselves what there is to do).
    """

    name: str
    commands: Sequence[Sequence[str]]
    inputs: Sequence[Path] = ()
    stamp: Path | None = None
    environ: Mapping[str, str] | None = None
    cwd: Path | None = None

    def fingerprint(self) -> str:
        """A hash of the commands, the Python version and the contents of the inputs."""
        digest = hashlib.sha256(repr((sys.version_info[:2], [list(command) for command in self.commands])).encode())
        for path in sorted(self.inputs):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Whether the stamp says that exactly these inputs were built."""
        return self.stamp is not None and self.stamp.is_file() and self.stamp.read_text() == self.fingerprint()


class Halt:
    """Ends what runs beside a stage that failed: no command is begun after it, those under way are stopped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._halted = False
        self._running: set[subprocess.Popen[str]] = set()

    def begin(self, start: Callable[[], subprocess.Popen[str]]) -> subprocess.Popen[str]:
        """Start a command unless it is over; raises StageFailed then."""
        with self._lock:
            if self._halted:
                raise StageFailed("stopped, because something beside it failed")
            child = start()
            self._running.add(child)
            return child

    def ended(self, child: subprocess.Popen[str]) -> None:
        """The command has ended."""
        with self._lock:
            self._running.discard(child)

    def halt(self) -> None:
        """Begin nothing more and stop everything."""
        with self._lock:
            self._halted = True
            running = list(self._running)
        for child in running:
            _stop(child)


def run_rows(rows: Sequence[Sequence[Stage]], console: Console, logs: Path) -> None:
    """Run rows of stages beside each other; the first failure (or Ctrl-C) stops all of them. Raises StageFailed."""
    halt = Halt()

    def in_order(row: Sequence[Stage]) -> None:
        for stage in row:
            run(stage, console, logs, halt)

    with ThreadPoolExecutor(max(1, len(rows))) as pool:
        try:
            for row in as_completed([pool.submit(in_order, row) for row in rows]):
                row.result()
        except BaseException:
            halt.halt()
            raise


def run(stage: Stage, console: Console, logs: Path, halt: Halt | None = None) -> bool:
    """Run a stage if it must; gives whether it ran. Raises StageFailed."""
    halt = halt or Halt()
    if stage.is_done():
        return False
    built = stage.fingerprint()  # of what is read now: a change made meanwhile is built the next time
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / (re.sub(r"\W+", "-", stage.name) + ".log")
    if stage.stamp is not None:
        stage.stamp.unlink(missing_ok=True)
    with console.step(stage.name) as step, log.open("w", encoding="utf-8") as file:
        for command in stage.commands:
            tail: deque[str] = deque(maxlen=TAIL_LINES)
            code = _follow(stage, command, step, file.write, tail, halt)
            if code != 0:
                step.note = f"{Path(command[0]).name} ended with exit code {code}"
                raise StageFailed(_report(stage.name, command, code, tail, log))
    if stage.stamp is not None:
        stage.stamp.parent.mkdir(parents=True, exist_ok=True)
        stage.stamp.write_text(built)
    return True


def _follow(
    stage: Stage,
    command: Sequence[str],
    step: Step,
    keep: Callable[[str], object],
    tail: deque[str],
    halt: Halt,
) -> int:
    """Run a command in a session of its own, its last line beside the step; gives its exit code."""
    child = halt.begin(
        lambda: subprocess.Popen(  # noqa: S603 - the commands are this program's own
            command,
            cwd=stage.cwd,
            env=stage.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    )
    assert child.stdout is not None
    try:
        with child.stdout as lines:
            for line in lines:
                keep(line)
                if text := _condensed(line):
                    tail.append(text)
                    step.note = text
        return child.wait()
    except BaseException:
        _stop(child)
        raise
    finally:
        halt.ended(child)


def _stop(child: subprocess.Popen[str]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            os.killpg(child.pid, sign)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def _condensed(line: str) -> str:
    """The line without colours and carriage-return histories; pip's long lists are counted and its remarks left out."""
    last = _COLOUR.sub("", line.rstrip()).split("\r")[-1].strip()
    if _PIP_NOISE.match(last):
        return ""
    if listed := _PIP_LIST.match(last):
        return f"{listed[1]} {len(listed[2].split())} packages"
    return _PIP_ORIGIN.sub("", last)[:200]


def _report(name: str, command: Sequence[str], code: int, tail: deque[str], log: Path) -> str:
    lines = "\n".join(f"    {line}" for line in tail)
    return f"{name} failed: `{' '.join(command)}` ended with exit code {code}.\n{lines}\n  The whole log: {log}"
