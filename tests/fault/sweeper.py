"""A worker that starts in milliseconds, so that it can be killed a hundred times.

It is the product's own `Worker`, as `ticketing.worker` makes it from the environment, in a process of its own with
connections of its own; only Celery, which carries nothing but wake-ups, is left out. The process is forked from a
server that has imported everything and opened nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection

READY_SECONDS = 60
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["ticketing.worker", "tests.fault.sweeper"])


class Sweeper:
    """One such process."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._begun, theirs = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_sweep_for_ever, args=(environ, theirs))
        self._process.start()
        theirs.close()

    def wait_until_it_sweeps(self) -> None:
        assert self._begun.poll(READY_SECONDS)

    def kill(self) -> None:
        """SIGKILL: no warning."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._begun.close()


def _sweep_for_ever(environ: dict[str, str], begun: Connection) -> None:
    os.environ.update(environ)
    # Imported here for readers of the file above; the server has it already.
    from ticketing.worker import worker

    made = worker()
    begun.send_bytes(b"begun")
    while True:
        made.sweep()
        made.seal()
