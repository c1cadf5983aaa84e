"""What people at the desk wait for in a big company: `make load ARGS='--only desk --postgresql URL --tickets 1000000'`.

The database is filled up to that many tickets if it holds fewer (`python -m ticketing demo` does the same), and is kept; without
an address one is made and dropped. Pages of queue, search and board are asked for through the whole app in this process, one after
the other; each line tells the time of a page, and of queue and search the most statements it took. Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from urllib.parse import quote

import psutil
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text

from tests.load import board
from tests.load.databases import CLOCK, postgresql, prepare, settings_of
from ticketing import tables
from ticketing.demo import bulk, company
from ticketing.platform.db import Database
from ticketing.platform.paging import encode_cursor
from ticketing.prediction import service as prediction
from ticketing.tickets.models import OPEN, Ticket
from web.agent.queue import PAGE_SIZE
from web.app import create_app

TIMES = 40
FAR = 1_000
VIEWS = (
    "view=open",
    "view=unclaimed",
    "view=mine",
    "view=open&order=chance",
    "view=open&category=policy_issue&severity=serious",
)
NARROW = (
    "view=open&within=4",
    "view=open&tier=standard&breached=1",
    "view=open&repeat=1",
    "view=open&language=en&status=feedback",
)
COMMON = ("转账", "退款", "银行", "手续费", "元")
RARE = ("麒麟电竞馆", "黔灵山客栈", "攀枝花", "墨香书局", "退款麒麟电竞")
ENGLISH = ("refund", "crashes", "Qinglan Bookshop", "charged twice", "limit")
NAMES = ("王建国", "李伟", "张梓涵", "欧阳", "陈晓燕")


def run(options: argparse.Namespace) -> None:
    """Print the lines."""
    prepare()
    memory = round(psutil.virtual_memory().total / 2**30)
    say(
        f"desk: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {psutil.cpu_count()} cores, {memory} GiB,"
        f" load average {psutil.getloadavg()[0]:.1f} before"
    )
    with opened(options.postgresql) as database:
        if database is not None:
            fill(database, max(options.tickets))
            app = create_app(settings_of(database), database=database, clock=CLOCK)
            if options.only != "board":
                measure(database, app)
            board.measure(database, signed_in(app.test_client(), "zhou.kai"), times=TIMES, say=say)
            app.extensions["kesu_gateway"].close()


@contextmanager
def opened(url: str | None) -> Iterator[Database | None]:
    """The database named, or one of its own."""
    if url is None:
        with postgresql() as database:
            yield database
        return
    database = Database(url)
    yield database
    database.dispose()


def fill(database: Database, wanted: int) -> None:
    """Bring it to so many tickets."""
    tables.metadata.create_all(database.engine)
    company.load(database, settings=settings_of(database), clock=CLOCK)
    with database.reading() as session:
        missing = wanted - (session.scalar(select(func.count()).select_from(Ticket)) or 0)
    if missing > 0:
        began = time.perf_counter()
        bulk.load(database, clock=CLOCK, count=missing, say=sys.stderr.write)
        say(f"{missing:,} tickets made and indexed in {time.perf_counter() - began:.0f} s")
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    prediction.refresh(database, clock=CLOCK, hours=prediction.service_hours(settings_of(database)))


def measure(database: Database, app: Flask) -> None:
    """Ask for every kind of page of queue and search."""
    agent = signed_in(app.test_client(), "lin.yue")
    with database.reading() as session:
        everything = session.scalar(select(func.count()).select_from(Ticket)) or 0
        waiting = session.scalar(select(func.count()).select_from(Ticket).where(OPEN)) or 0
        numbers = list(session.scalars(select(Ticket.number).where(Ticket.id % 997 == 0).limit(TIMES)))
    say(f"{everything:,} tickets, {waiting:,} open; {TIMES} times each")
    for query in VIEWS:
        line(database, agent, f"queue {query}, page 1", [f"/desk?{query}"])
        line(
            database,
            agent,
            f"queue {query}, page {far_page(waiting)}",
            [f"/desk?{query}&cursor={cursor(database, query)}"],
        )
    for query in NARROW:
        line(database, agent, f"queue {query}, page 1", [f"/desk?{query}"])
    for name, words in (
        ("common Chinese words", COMMON), ("rare Chinese words", RARE), ("English words", ENGLISH), ("numbers", numbers),
        ("last digits of numbers", [number[-5:] for number in numbers]), ("names", NAMES), ("last digits of phones", ("5678", "0001", "4321")),
    ):  # fmt: skip
        line(database, agent, f"search, {name}", [f"/search?q={quote(word)}" for word in words])
        line(database, agent, f"palette, {name}", [f"/search/quick?q={quote(word)}" for word in words])
    line(database, agent, "search, second page of a common word", [second_page(agent, word) for word in COMMON])


def line(database: Database, client: FlaskClient, name: str, addresses: Sequence[str]) -> None:
    """Ask for them in turn, once more than is counted, and print what it took."""
    client.get(addresses[0])
    milliseconds, most = [], 0
    for address in islice(cycle(addresses), TIMES):
        with counted(database) as statements:
            began = time.perf_counter()
            answer = client.get(address)
            milliseconds.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code)
        most = max(most, len(statements))
    slow = statistics.quantiles(milliseconds, n=20)[18]
    say(f"  {name:<66} p50 {statistics.median(milliseconds):6.0f} ms  p95 {slow:6.0f} ms  {most} statements")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def signed_in(client: FlaskClient, login: str) -> FlaskClient:
    """A browser of someone of the demo company."""
    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/sign-in").text)
    assert token
    fields = {"csrf_token": token[1], "login": login, "password": company.COMPANY["password"]}
    assert client.post("/sign-in", data=fields).status_code == 303
    return client


def far_page(waiting: int) -> int:
    """The page that is far away: the thousandth, or the last whole one there is."""
    return min(FAR, max(waiting // PAGE_SIZE, 2))


def cursor(database: Database, query: str) -> str:
    """Where that page of all open tickets begins; of a narrower view it is what comes after the same place."""
    by = Ticket.breach_chance if "order=chance" in query else Ticket.next_due_at
    with database.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(Ticket).where(OPEN)) or 0
        sort = (
            (by.desc().nulls_last(), Ticket.id.desc()) if by is Ticket.breach_chance else (by.nulls_last(), Ticket.id)
        )
        skipped = (far_page(waiting) - 1) * PAGE_SIZE - 1
        value, ticket_id = session.execute(
            select(by, Ticket.id).where(OPEN).order_by(*sort).offset(skipped).limit(1)
        ).one()
    return encode_cursor([value.isoformat() if isinstance(value, datetime) else value, ticket_id])


def second_page(client: FlaskClient, word: str) -> str:
    """The address behind the arrow of the first one."""
    first = f"/search?q={quote(word)}&kind=ticket"
    found = re.search(r'rel="next" href="([^"]+)"', client.get(first).text)
    return found[1].replace("&amp;", "&") if found else first


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
