"""A mail server that hangs or refuses holds up letters, never deadlines."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select, update

from tests.celery_process import CeleryProcess, until
from tests.fault.conftest import CLOCK, fall_due
from tests.fault.ledger import assert_kept, still_due
from tests.integration.worker.conftest import MailServer
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage

TICKETS = 8
PATIENCE_SECONDS = 150
"""Other things run beside these tests."""


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def mails(database: Database, *where: object) -> int:
    with database.reading() as session:
        asked = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.channel == "email", *where)
        return session.scalar(asked) or 0


def try_again_now(database: Database) -> None:
    """The pause between two attempts is over."""
    with database.transaction() as session:
        pending = update(OutboxMessage).where(OutboxMessage.status == "pending")
        session.execute(pending.values(next_attempt_at=CLOCK.now()))


@pytest.mark.timeout(5 * PATIENCE_SECONDS)
def test_levels_fire_while_the_mail_server_hangs_or_refuses_and_every_mail_arrives_once_afterwards(
    company: Database, environ: dict[str, str], processes: Callable[..., CeleryProcess], mail_server: MailServer
) -> None:
    celery = processes(environ | {"KESU_SMTP_URL": mail_server.url})
    promised = fall_due(company, TICKETS)
    with socket.create_server(("127.0.0.1", mail_server.port)) as silent:
        celery.start()
        silent.settimeout(PATIENCE_SECONDS)
        caller, _ = silent.accept()
        promised += fall_due(company, TICKETS)
        until(lambda: still_due(company, CLOCK) == 0, PATIENCE_SECONDS, celery.explains)
        caller.close()
    failed = OutboxMessage.last_error.startswith("smtp_")
    until(lambda: mails(company, failed) > 0, PATIENCE_SECONDS, celery.explains)
    promised += fall_due(company, TICKETS)
    until(lambda: still_due(company, CLOCK) == 0, PATIENCE_SECONDS, celery.explains)
    assert mails(company, OutboxMessage.status != "pending") == 0

    mail_server.start()
    try_again_now(company)
    until(lambda: mails(company, OutboxMessage.status == "pending") == 0, PATIENCE_SECONDS, celery.explains)
    assert len(mail_server.mails) == mails(company, OutboxMessage.status == "delivered")
    assert max(Counter(mail["Message-ID"] for mail in mail_server.mails).values()) == 1
    celery.kill()
    assert_kept(company, CLOCK, promised)
