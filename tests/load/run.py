"""`make load`: starts the product as `make run` does, with data of its own, and prints what it can do. Asserts nothing.

--postgresql URL   use this database (and Redis at --redis URL) instead of SQLite
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.load import chat, tickets
from tests.stack import running


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--redis", metavar="URL")
    options = parser.parse_args()
    settings = {"MESSAGES_PER_MINUTE": "100000", "CONVERSATIONS_PER_MINUTE": "100000"}
    if options.postgresql:
        settings["DATABASE_URL"] = options.postgresql
    if options.redis:
        settings["BROKER_URL"] = options.redis
    memory = round(psutil.virtual_memory().total / 2**30)
    sys.stdout.write(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {psutil.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}, "
        f"{'PostgreSQL' if options.postgresql else 'SQLite'}, {'Redis' if options.redis else 'SQLite'} as broker\n"
    )
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **settings) as stack:
        sys.stdout.write(f"start with new data, assistant trained before: {stack.started_in:.0f} s\n")
        chat.turns(stack.base, customers=1, each=200)
        chat.turns(stack.base, customers=10, each=60)
        tickets.creation(stack.base, stack.environ["KESU_SECRET_KEY"], clients=1, each=200)
        tickets.creation(stack.base, stack.environ["KESU_SECRET_KEY"], clients=8, each=50)
        used = stack.resident_megabytes()
        each = "   ".join(f"{name} {megabytes:.0f}" for name, megabytes in used.items())
        sys.stdout.write(f"resident memory, MB: {each}   together {sum(used.values()):.0f}\n")


if __name__ == "__main__":
    main()
