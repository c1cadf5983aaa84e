"""Starts the processes together, waits until each serves, watches them, and stops them together."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import threading
import time
import traceback
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ticketing.run.console import Console
from ticketing.run.log_lines import worth_showing

STOP_SECONDS = 10.0
START_SECONDS = 300.0
POLL_SECONDS = 0.2
TEND_SECONDS = 3.0
TAIL_LINES = 15
LOG_BYTES = 20_000_000


@dataclass(frozen=True)
class Process:
    """One process to run. It serves once ``ready_url`` answers 200, or once its log has a line matching ``ready_line``."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    ready_url: str = ""
    ready_line: str = ""


class Child:
    """A started process: its log file, its last lines, whether it serves."""

    def __init__(self, process: Process, console: Console, logs: Path) -> None:
        self.process = process
        self.log = logs / f"{process.name}.log"
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.ready = False
        self._shown = ""
        self._console = console
        self._popen = subprocess.Popen(  # noqa: S603 - the commands are this program's own
            process.command,
            cwd=process.cwd,
            env=dict(process.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        file = RotatingFileHandler(self.log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        assert self._popen.stdout is not None
        with contextlib.closing(file), self._popen.stdout as lines:
            for raw in lines:
                self._take(raw.rstrip(), file)

    def _take(self, line: str, file: logging.Handler) -> None:
        file.emit(logging.makeLogRecord({"msg": line}))
        self.tail.append(line)
        if self.process.ready_line and re.search(self.process.ready_line, line):
            self.ready = True
        text = worth_showing(line)
        if text and text != self._shown:
            self._console.line(f"{self.process.name:>8} │ {text}")
            self._shown = text

    def exit_code(self) -> int | None:
        """The exit code once the process has ended; negative: the signal that killed it."""
        code = self._popen.poll()
        if code is not None:
            self._reader.join(1)
        return code

    def probe(self) -> bool:
        """Ask whether it serves by now."""
        if not self.ready and self.process.ready_url:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.process.ready_url, timeout=1) as answer:  # noqa: S310 - own address
                self.ready = answer.status == 200
        return self.ready

    def ask_to_stop(self) -> None:
        """Ask the process to end in its own way."""
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Kill whatever is left of the process and of what it started, and read its log to the end."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        self._reader.join(2)


class Supervisor:
    """Runs processes until one ends by itself or someone asks to stop; ``tend`` may look after them meanwhile."""

    def __init__(
        self,
        processes: Sequence[Process],
        console: Console,
        logs: Path,
        *,
        tend: Callable[[Supervisor], None] | None = None,
    ) -> None:
        self._processes, self._console, self._logs, self._tend = processes, console, logs, tend
        self._children: list[Child] = []
        self._beside: dict[str, Child] = {}
        # A plain flag: setting an Event inside a signal handler can deadlock with the wait that it interrupts.
        self._asked = False

    def run(self, serving: Callable[[], None]) -> int:
        """Start everything, call ``serving`` once all of it serves; gives 0 when asked to stop, 1 when a process failed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        self._logs.mkdir(parents=True, exist_ok=True)
        try:
            self._children = [Child(process, self._console, self._logs) for process in self._processes]
            if self._start():
                serving()
            elif not self._asked and not self._ended():
                return self._too_slow()
            looked = time.monotonic()
            while not self._asked and not self._ended():
                time.sleep(POLL_SECONDS)
                if time.monotonic() - looked >= TEND_SECONDS:
                    self._look_after()
                    looked = time.monotonic()
            return self._verdict()
        finally:
            self._stop_all()

    def restart(self, name: str) -> None:
        """Start a process anew, as it was started; it may take a while until it serves."""
        for at, child in enumerate(self._children):
            if child.process.name == name:
                self._console.line(f"{name:>8} │ restarts")
                _stop(child)
                self._children[at] = Child(child.process, self._console, self._logs)

    def start_beside(self, process: Process) -> None:
        """Start a process whose end ends nothing else; nothing if it runs."""
        held = self._beside.get(process.name)
        if held is None or held.exit_code() is not None:
            self._console.line(f"{process.name:>8} │ starts")
            self._beside[process.name] = Child(process, self._console, self._logs)

    def stop_beside(self, name: str) -> None:
        """Stop such a process; nothing if it does not run."""
        held = self._beside.pop(name, None)
        if held is not None:
            self._console.line(f"{name:>8} │ stops")
            _stop(held)

    def _look_after(self) -> None:
        if self._tend is None:
            return
        try:
            self._tend(self)
        except Exception:  # noqa: BLE001 - what looks after the processes must not end them
            for line in traceback.format_exc().splitlines():
                self._console.line(f"{'tend':>8} │ {line}")

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True

    def _start(self) -> bool:
        with self._console.step("start") as step:
            while not self._asked and not self._ended() and step.seconds < START_SECONDS:
                waiting = [child for child in self._children if not child.probe()]
                if not waiting:
                    step.note = f"{', '.join(child.process.name for child in self._children)} serve"
                    return True
                step.note = self._waiting_for(waiting)
                time.sleep(POLL_SECONDS)
            step.note = "not all serve"
        return False

    def _waiting_for(self, waiting: list[Child]) -> str:
        last = waiting[0].tail[-1] if waiting[0].tail else ""
        return f"waiting for {', '.join(child.process.name for child in waiting)}  {last}"

    def _ended(self) -> list[Child]:
        return [child for child in self._children if child.exit_code() is not None]

    def _verdict(self) -> int:
        """Say what ended and why, unless we were asked to stop."""
        if self._asked:
            return 0
        for child in self._ended():
            self._tell(child, describe_exit(child.exit_code() or 0))
        return 1

    def _too_slow(self) -> int:
        for child in self._children:
            if not child.ready:
                self._tell(child, f"does not serve after {START_SECONDS:.0f} s")
        return 1

    def _tell(self, child: Child, what: str) -> None:
        lines = "".join(f"    {line[:300]}\n" for line in child.tail)
        self._console.line(f"\n{child.process.name} {what}. Its last lines:\n{lines}  The whole log: {child.log}\n")

    def _stop_all(self) -> None:
        everyone = [*self._children, *self._beside.values()]
        running = [child for child in everyone if child.exit_code() is None]
        with self._console.step("stop") as step:
            for child in running:
                child.ask_to_stop()
            while running and step.seconds < STOP_SECONDS:
                step.note = ", ".join(child.process.name for child in running)
                time.sleep(POLL_SECONDS / 2)
                running = [child for child in running if child.exit_code() is None]
            step.note = f"killed: {', '.join(child.process.name for child in running)}" if running else ""
            for child in everyone:
                child.end()


def _stop(child: Child) -> None:
    """In its own way if it does so in time."""
    child.ask_to_stop()
    until = time.monotonic() + STOP_SECONDS
    while child.exit_code() is None and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    child.end()


def describe_exit(code: int) -> str:
    """``ended with exit code 3``, or ``was killed by SIGKILL (out of memory?)``."""
    if code >= 0:
        return f"ended with exit code {code}"
    name = signal.Signals(-code).name
    return f"was killed by {name}" + (" (out of memory, perhaps)" if code == -signal.SIGKILL else "")
