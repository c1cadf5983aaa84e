"""A process of its own that searches the knowledge base: ``python another_process.py DATABASE QUESTION``.

Prints its first answer, whenever that changes.
"""

from __future__ import annotations

import sys
import time

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.knowledge import service
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database


def main(url: str, question: str) -> None:
    database, clock, last = Database(url), SystemClock(), None
    while True:
        with database.reading() as session:
            found = service.suggest(session, clock=clock, query=question, language="zh", limit=1)
        answer = found[0].answer if found else ""
        if answer != last:
            print(answer, flush=True)
            last = answer
        time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
