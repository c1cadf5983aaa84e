"""Many breaches at once, escalated by the worker as production starts it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from tests.celery_process import ALL_IN_ONE, BEAT, CeleryProcess, until
from tests.fault.servers import RedisServer
from tests.load.databases import CLOCK, KEY, LATER, settings_of
from ticketing.platform.db import Database
from ticketing.sla.models import ArmedLevel, ClockVerdict

MINUTE = timedelta(minutes=1)
AHEAD = timedelta(seconds=20)
"""They are moved to so long from now, which is more than moving them takes."""
PATIENCE_SECONDS = 1_800


@dataclass(frozen=True)
class Burst:
    """``seconds`` from the first due instant until the last level had fired; ``late`` by how much each was."""

    seconds: float
    late: Sequence[float]

    @property
    def cuts(self) -> tuple[float, float, float]:
        """Lateness: median, 99th percentile, worst."""
        return statistics.median(self.late), statistics.quantiles(self.late, n=100)[98], max(self.late)


def fire(database: Database, running: Sequence[CeleryProcess], due: int, within: timedelta) -> Burst:
    """Let so many breaches fall due one after the other within that time, and wait until all have fired."""
    found = breaches(database, due)
    first = CLOCK.now() + AHEAD
    ids = move(database, found, [first + within * number / len(found) for number in range(len(found))])
    last = first + within
    assert CLOCK.now() < first, "moving them took longer than was allowed for"

    def is_over() -> bool:
        dead = [process.said() for process in running if not process.lives()]
        assert not dead, f"a process of the worker has ended: {dead}"
        return still_armed(database, ids, last) == 0

    until(is_over, PATIENCE_SECONDS)
    with database.reading() as session:
        found = select(ArmedLevel.due_at, ArmedLevel.fired_at).where(ArmedLevel.id.in_(ids), ArmedLevel.due_at <= last)
        rows = session.execute(found).all()
    ended = max(row.fired_at for row in rows)
    return Burst((ended - first).total_seconds(), [(row.fired_at - row.due_at).total_seconds() for row in rows])


@contextmanager
def workers(database: Database) -> Iterator[list[CeleryProcess]]:
    """The processes of docker-compose.yml, or the one of `make run`."""
    started: list[CeleryProcess] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = None if database.dialect == "sqlite" else RedisServer(folder)
        if broker:
            broker.start()
        environ = environ_of(database, broker.url if broker else f"sqla+sqlite:///{folder}/broker.sqlite3", folder)
        commands = {"worker": ALL_IN_ONE} if broker is None else COMPOSE
        try:
            for called, command in commands.items():
                started.append(CeleryProcess(folder, environ, command=command, name=called))
                started[-1].start()
            yield started
        finally:
            for process in started:
                process.kill()
            if broker:
                broker.kill()


COMPOSE = {
    "deadlines": ("worker", "--concurrency", "2", "--queues", "deadlines"),
    "others": ("worker", "--pool", "threads", "--concurrency", "2", "--queues", "celery"),
    "beat": BEAT,
}
"""As docker-compose.yml starts them."""


def environ_of(database: Database, broker_url: str, folder: Path) -> dict[str, str]:
    settings = settings_of(database)
    return {
        "KESU_ENV": "test",
        "KESU_DATABASE_URL": settings.database_url,
        "KESU_BROKER_URL": broker_url,
        "KESU_SECRET_KEY": settings.secret_key,
        "KESU_DATA_KEYS": KEY,
        "KESU_BOT_SECRET": settings.bot_secret,
        "KESU_MAIL_DIR": f"{folder}/mail",
        "KESU_LOG_LEVEL": "ERROR",
    }


def breaches(database: Database, count: int) -> list[int]:
    """Armed breaches of as many complaints' 24 or 48 hours, one each; fewer if there are fewer."""
    candidates = (
        select(func.max(ArmedLevel.id))
        .where(ArmedLevel.state == "armed", ArmedLevel.kind == "breach")
        .where(ArmedLevel.clock.in_(("investigation", "resolution")), ArmedLevel.due_at > CLOCK.now() + LATER / 2)
        .group_by(ArmedLevel.ticket_id)
        .order_by(ArmedLevel.ticket_id)
        .limit(count)
    )
    with database.reading() as session:
        return list(session.scalars(candidates))


def move(database: Database, ids: list[int], instants: Sequence[datetime]) -> list[int]:
    """Give these levels, and the verdicts they belong to, other due times; gives the levels again."""
    when = dict(zip(ids, instants, strict=True))
    with database.transaction() as session:
        session.execute(update(ArmedLevel), [{"id": level, "due_at": at} for level, at in when.items()])
        same = (ClockVerdict.ticket_id == ArmedLevel.ticket_id) & (ClockVerdict.clock == ArmedLevel.clock)
        of_them = select(ClockVerdict.id, ArmedLevel.id).join(ArmedLevel, same).where(ArmedLevel.id.in_(ids))
        verdicts = [{"id": verdict, "target_at": when[level]} for verdict, level in session.execute(of_them)]
        session.execute(update(ClockVerdict), verdicts)
    return ids


def still_armed(database: Database, ids: list[int], last: datetime) -> int:
    """Asked once a second, so that asking costs nothing.

    Whatever happens to a ticket arms it again with its true due times, later than `last`: the worker that finds nobody
    for it notes so, for one. Such levels are no longer part of the burst, and are not counted.
    """
    time.sleep(1)
    with database.reading() as session:
        asked = select(func.count()).select_from(ArmedLevel).where(ArmedLevel.id.in_(ids), ArmedLevel.due_at <= last)
        return session.scalar(asked.where(ArmedLevel.state == "armed")) or 0
