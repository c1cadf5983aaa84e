"""`make load`: starts the product as `make run` does, with data of its own, and prints what it can do; then what keeping
promises costs by the number of open tickets (promises.py), and how long pages take beside a million tickets (desk.py).
Asserts nothing.

--only product | promises | desk | board   one of the parts; board is the last part of desk
--beside-stock              chat turns also with the bot that `rasa init` makes, which takes two minutes to train
--postgresql URL            the product, and the desk's pages, on this database (and Redis at --redis URL) instead of SQLite
--tickets N …  --sqlite N …  sizes of the growth table on PostgreSQL (10⁴, 10⁵, 10⁶) and on SQLite (10⁴, 10⁵); none: left out
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

from tests.load import chat, desk, promises, stock, tickets
from tests.stack import Stack, computed, running


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["product", "promises", "desk", "board"])
    parser.add_argument("--beside-stock", action="store_true")
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--redis", metavar="URL")
    promises.add_options(parser)
    options = parser.parse_args()
    if options.only in {None, "product"}:
        measure_product(options)
    if options.only in {None, "promises"}:
        promises.run(options)
    if options.only in {None, "desk", "board"}:
        desk.run(options)


def measure_product(options: argparse.Namespace) -> None:
    """Turns, tickets, memory."""
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
        ours = {count: chat_turns(stack, count) for count in (1, 10, 50)}
        tickets.creation(stack.base, stack.environ["KESU_SECRET_KEY"], clients=1, each=200)
        tickets.creation(stack.base, stack.environ["KESU_SECRET_KEY"], clients=8, each=50)
        used = stack.resident_megabytes()
        each = "   ".join(f"{name} {megabytes:.0f}" for name, megabytes in used.items())
        sys.stdout.write(f"resident memory, MB: {each}   together {sum(used.values()):.0f}\n")
    if options.beside_stock:
        measure_stock(ours)


def chat_turns(stack: Stack, customers: int) -> chat.Pace:
    """Whole turns of ours: masked, stored, understood, served, answered, stored; and what each process computes for one."""
    each = {1: 200, 10: 60, 50: 20}[customers]
    before = stack.processor_seconds()
    pace = chat.turns("chat turn", lambda: chat.Customer(stack.base), customers=customers, each=each)
    tell_computed(before, stack.processor_seconds(), turns=customers * (each + 1))
    return pace


def tell_computed(before: dict[str, float], after: dict[str, float], *, turns: int) -> None:
    """Prints the processor time of a turn, by process. Beside other work it changes less than what a turn takes by the clock."""
    used = {name: (seconds - before[name]) * 1000 / turns for name, seconds in after.items()}
    each = "   ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in used.items())
    sys.stdout.write(f"    processor time of a turn, ms: {each}   together {sum(used.values()):.1f}\n")


def measure_stock(ours: dict[int, chat.Pace]) -> None:
    """The stock bot's turns of Rasa alone, and how ours compare."""
    with tempfile.TemporaryDirectory() as folder, stock.stock_bot(Path(folder)) as (base, bot):
        for count, each in ((1, 200), (10, 60)):
            before = {"rasa": computed(bot)}
            theirs = chat.turns(
                "stock bot", lambda: stock.Stranger(base), customers=count, each=each, questions=stock.GREETINGS
            )
            tell_computed(before, {"rasa": computed(bot)}, turns=count * (each + 1))
            sys.stdout.write(
                f"ours beside it: {ours[count].median / theirs.median:.2f} of its median, "
                f"{ours[count].a_second / theirs.a_second:.2f} times its messages a second\n"
            )


if __name__ == "__main__":
    main()
