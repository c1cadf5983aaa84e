"""The worker process with both brokers: it fires and delivers in time, and a kill loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select, update

from tests import factories
from tests.celery_process import CeleryProcess, until
from tests.conftest import DATA_KEY, REDIS_URL
from tests.integration.worker.conftest import ANSWER, outbox_rows
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation, Message
from ticketing.notify import service as notify
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.sla.models import ArmedLevel
from ticketing.tickets.models import TicketEvent

CLOCK = SystemClock()
MESSAGES = 300


def taken(url: str) -> bool:
    """Take a database for a test if it is empty; tests beside this one look for theirs at the same time."""
    with redis.Redis.from_url(url) as client:
        return client.dbsize() == 0 and bool(client.set("taken_by_a_test", 1, nx=True))


@pytest.fixture
def redis_broker() -> Iterator[str]:
    """An empty Redis database that nobody else has taken; skips where no server answers."""
    base = REDIS_URL.rpartition("/")[0]
    try:
        url = next(url for number in range(15, 0, -1) if taken(url := f"{base}/{number}"))
    except redis.ConnectionError:
        pytest.skip("Redis is not running: set KESU_TEST_REDIS_URL")
    yield url
    with redis.Redis.from_url(url) as client:
        client.flushdb()


@pytest.fixture
def celery(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CeleryProcess]:
    """The worker process, not started: SQLite for database and broker, or PostgreSQL and Redis."""
    own = f"sqla+sqlite:///{tmp_path}/broker.sqlite3"
    broker = own if database.dialect == "sqlite" else request.getfixturevalue("redis_broker")
    environ = {
        "KESU_ENV": "test",
        "KESU_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "KESU_BROKER_URL": broker,
        "KESU_SECRET_KEY": "s" * 40,
        "KESU_DATA_KEYS": f"1:{DATA_KEY}",
        "KESU_BOT_SECRET": "b" * 40,
        "KESU_MAIL_DIR": str(tmp_path / "mail"),
        "KESU_SWEEP_SECONDS": "0.5",
        "KESU_OUTBOX_SECONDS": "0.5",
    }
    process = CeleryProcess(tmp_path, environ)
    yield process
    process.kill()


@pytest.fixture
def chat(database: Database) -> int:
    """A conversation, a complaint of thirteen hours ago (half of its 24 h are past), and a lead who is told."""
    with database.transaction() as session:
        factories.company(session, CLOCK)
        team = factories.team(session)
        for role in ("agent", "team_lead", "supervisor"):
            factories.staff(session, role=role, team=team)
        customer = factories.customer(session, CLOCK)
        made = conversations.open_conversation(session, clock=CLOCK, customer=customer, language="zh")
        long_ago = CLOCK.now() - timedelta(hours=25)
        factories.complaint(session, CLOCK, of=customer, conversation_id=made.id, complained_at=long_ago)
        return made.id


def fired(database: Database) -> tuple[int, int, int]:
    """Levels still due, levels fired, and what the ticket's log says was fired."""
    with database.reading() as session:
        levels = select(func.count()).select_from(ArmedLevel)
        due = session.scalar(levels.where(ArmedLevel.state == "armed", ArmedLevel.due_at < CLOCK.now())) or 0
        done = session.scalar(levels.where(ArmedLevel.state == "fired")) or 0
        events = select(func.count()).select_from(TicketEvent).where(TicketEvent.kind.startswith("sla_"))
        return due, done, session.scalar(events) or 0


def say(database: Database, chat: int, count: int) -> None:
    with database.transaction() as session:
        for number in range(count):
            notify.to_customer(
                session, clock=CLOCK, code="answer", language="zh", values=ANSWER, conversation_id=chat,
                email_of=None, dedupe=f"say-{number}", subject=("test", number),
            )  # fmt: skip


def delivered(database: Database) -> tuple[int, int]:
    """How many of the outbox's messages are delivered, and how many there are."""
    with database.reading() as session:
        status = session.scalars(select(OutboxMessage.status)).all()
        return status.count("delivered"), len(status)


def all_done(database: Database) -> bool:
    arrived, promised = delivered(database)
    return fired(database)[0] == 0 and arrived == promised


@pytest.mark.timeout(180)
def test_the_worker_fires_what_is_due_and_delivers_what_is_promised(
    celery: CeleryProcess, database: Database, chat: int
) -> None:
    say(database, chat, 1)
    celery.start()
    until(lambda: fired(database)[1] > 0 and all_done(database), 30, celery.explains)
    due, done, logged = fired(database)
    assert (due, done) == (0, logged)
    assert {row.channel for row in outbox_rows(database)} >= {"chat", "email", "webhook"}
    assert "Traceback" not in celery.said()


@pytest.mark.timeout(240)
def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    celery: CeleryProcess, database: Database, chat: int
) -> None:
    say(database, chat, MESSAGES)
    celery.start()
    until(lambda: delivered(database)[0] >= 20, 30, celery.explains)
    celery.kill()
    assert delivered(database)[0] < MESSAGES
    with database.transaction() as session:
        # The lease of what it had in hand is over.
        leased = update(OutboxMessage).where(OutboxMessage.status == "pending", OutboxMessage.attempts > 0)
        session.execute(leased.values(next_attempt_at=CLOCK.now()))
    celery.start()
    # Deliveries take half of the worker's time.
    until(lambda: all_done(database), 120, celery.explains)
    with database.reading() as session:
        said = session.scalars(select(Message.client_id).where(Message.author == "system")).all()
        last_seq = session.get_one(Conversation, chat).last_seq
    _, done, logged = fired(database)
    assert len(said) == len(set(said)) == MESSAGES
    assert last_seq == MESSAGES + 1
    assert done == logged > 0
