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
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ticketing.run.console import Console, Step

TAIL_LINES = 15
STOP_SECONDS = 5
_PIP_ORIGIN = re.compile(r"\s*\(from .*\)$|^Requirement already satisfied: ")


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

    def fingerprint(self) -> str:
        """A hash of the commands, the Python version and the contents of the inputs."""
        digest = hashlib.sha256(repr((sys.version_info[:2], [list(command) for command in self.commands])).encode())
        for path in sorted(self.inputs):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Whether the stamp says that exactly these inputs were built."""
        return self.stamp is not None and self.stamp.is_file() and self.stamp.read_text() == self.fingerprint()


def run(stage: Stage, console: Console, logs: Path) -> bool:
    """Run a stage if it must; gives whether it ran. Raises StageFailed."""
    if stage.is_done():
        return False
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / (re.sub(r"\W+", "-", stage.name) + ".log")
    if stage.stamp is not None:
        stage.stamp.unlink(missing_ok=True)
    with console.step(stage.name) as step, log.open("w", encoding="utf-8") as file:
        for command in stage.commands:
            tail: deque[str] = deque(maxlen=TAIL_LINES)
            code = _follow(command, stage.environ, step, file.write, tail)
            if code != 0:
                step.note = f"{Path(command[0]).name} ended with exit code {code}"
                raise StageFailed(_report(stage.name, command, code, tail, log))
    if stage.stamp is not None:
        stage.stamp.parent.mkdir(parents=True, exist_ok=True)
        stage.stamp.write_text(stage.fingerprint())
    return True


def _follow(
    command: Sequence[str], environ: Mapping[str, str] | None, step: Step, keep: object, tail: deque[str]
) -> int:
    """Run a command in a session of its own, its last line beside the step; gives its exit code."""
    child = subprocess.Popen(  # noqa: S603 - the commands are this program's own
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert child.stdout is not None
    try:
        for line in child.stdout:
            keep(line)  # type: ignore[operator]
            if text := _condensed(line):
                tail.append(text)
                step.note = text
        return child.wait()
    except BaseException:
        _stop(child)
        raise


def _stop(child: subprocess.Popen[str]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            os.killpg(child.pid, sign)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def _condensed(line: str) -> str:
    """The line without colour codes, carriage-return histories and pip's remarks on where a requirement came from."""
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line.rstrip()).split("\r")[-1]
    return _PIP_ORIGIN.sub("", last)[:200].strip()


def _report(name: str, command: Sequence[str], code: int, tail: deque[str], log: Path) -> str:
    lines = "\n".join(f"    {line}" for line in tail)
    return f"{name} failed: `{' '.join(command)}` ended with exit code {code}.\n{lines}\n  The whole log: {log}"
