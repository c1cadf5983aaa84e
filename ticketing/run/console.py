"""What `make run` shows: one line a step with its time, moving on a terminal and sparse in a log. Standard library only."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

TERMINAL_SECONDS = 0.2
LOG_SECONDS = 15.0
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Console:
    """Writes lines and one moving status line; safe to use from several threads."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty()
        self._lock = threading.Lock()
        self._status = ""
        self._steps: list[Step] = []

    def line(self, text: str = "") -> None:
        """Print a line that stays."""
        with self._lock:
            self._wipe()
            print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while the block runs; on leaving, print whether it succeeded and how long it took."""
        step = Step(name)
        self._steps.append(step)
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(step, done), daemon=True)
        ticker.start()
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            done.set()
            ticker.join()
            self._steps.remove(step)
            self.line(f"{mark} {pad(name, 24)}{elapsed(step.seconds)}  {step.note}".rstrip())

    def _tick(self, step: Step, done: threading.Event) -> None:
        turn = 0
        while not done.wait(TERMINAL_SECONDS if self._terminal else LOG_SECONDS):
            text = f"{pad(step.name, 24)}{elapsed(step.seconds)}  {step.note}"
            if not self._terminal:
                self.line(f"… {text}"[:160])
                continue
            steps = list(self._steps)
            if steps[0] is not step:
                continue  # the first one under way tells of those beside it
            if len(steps) > 1:
                text = " · ".join(f"{each.name} {elapsed(each.seconds)}" for each in steps)
            turn += 1
            with self._lock:
                self._wipe()
                width = shutil.get_terminal_size().columns - 3
                self._status = f"{SPINNER[turn % len(SPINNER)]} {_cut(text, width)}"
                print(self._status, end="", file=self._stream, flush=True)

    def _wipe(self) -> None:
        if self._status:
            print("\r\x1b[2K", end="", file=self._stream)
            self._status = ""


class Step:
    """A step under way; ``note`` is shown beside it: the last line the step wrote, or what it came to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.note = ""
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the step has taken so far."""
        return time.monotonic() - self._started


def elapsed(seconds: float) -> str:
    """``0.4 s`` or ``2:07``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def pad(text: str, columns: int) -> str:
    """Filled with blanks to so many columns; a Chinese character takes two."""
    return text + " " * (columns - sum(map(_columns, text)))


def _cut(text: str, columns: int) -> str:
    taken = 0
    for position, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:position]
    return text


def _columns(character: str) -> int:
    return 2 if ord(character) > 0x2E7F else 1
