"""The worker: Celery's beat wakes short tasks that look into the database for what is due.

Nothing is carried in the broker but the wake-up itself, so a lost or doubled message changes nothing.
``celery -A ticketing.worker worker -B`` runs it; the app is made when this module is imported.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import setup_logging
from sqlalchemy.orm import Session

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.audit import service as audit
from ticketing.conversations import vault
from ticketing.notify.channels import channels
from ticketing.platform import crypto, idempotency, log, metrics, outbox
from ticketing.platform.clock import Clock, SystemClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.sla import service as sla
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey
from ticketing.tickets import letters
from ticketing.tickets.escalation import escalate
from ticketing.tickets.models import Ticket


class Worker:
    """What the tasks need, made once per process."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.channels = channels(
            settings,
            addresses={"ticket": (Ticket, "contact")},
            links={"survey": functools.partial(_survey_link, settings)},
        )

    def sweep(self) -> int:
        """Fire what is due; gives the number of levels fired."""
        report = sla.sweep(
            self.database,
            clock=self.clock,
            escalate=functools.partial(escalate, clock=self.clock, settings=self.settings),
        )
        metrics.SWEEP_LAST_SUCCESS.set(self.clock.now().timestamp())
        return report.fired

    def deliver(self) -> int:
        """Deliver what is in the outbox; gives the number of messages tried."""
        return outbox.deliver_due(self.database, clock=self.clock, channels=self.channels, delivered=self.settle)

    @staticmethod
    def settle(session: Session, clock: Clock, message: OutboxMessage) -> None:
        """Told by the outbox when a message was delivered or given up."""
        metrics.OUTBOX_DELIVERED.labels(message.channel, message.status).inc()
        if message.subject_type == "letter":
            letters.settle_delivery(session, clock=clock, message=message)

    def forget(self) -> int:
        """Delete contact details, links and kept answers whose time is over; gives how many."""
        with self.database.transaction() as session:
            kept = idempotency.forget_expired(session, clock=self.clock)
            return kept + vault.forget_expired(session, clock=self.clock)

    def seal(self) -> int:
        """Seal new audit entries; gives how many."""
        with self.database.transaction() as session:
            return audit.seal(session)


def _survey_link(settings: Settings, session: Session, message: OutboxMessage) -> str:
    survey = session.get_one(Survey, message.subject_id)
    return f"{settings.public_url}/s/{surveys.token_of(survey.ticket_number, survey.round)}"


@functools.cache
def worker() -> Worker:
    """This process's worker."""
    settings = Settings.from_environment()
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    return Worker(settings, Database(settings.database_url), SystemClock())


def make_celery(settings: Settings) -> Celery:
    """The Celery app with its schedule."""
    _make_broker_folder(settings.broker_url)
    app = Celery("kesu", broker=settings.broker_url)
    every = settings.outbox_seconds
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        timezone="UTC",
        # A wake-up that waited longer than its period is worthless: the next one does the same work.
        beat_schedule={
            "sweep": {"task": "kesu.sweep", "schedule": settings.sweep_seconds, "options": {"expires": 10}},
            "deliver": {"task": "kesu.deliver", "schedule": every, "options": {"expires": 10}},
            "forget": {"task": "kesu.forget", "schedule": 3600.0, "options": {"expires": 600}},
            "seal": {"task": "kesu.seal", "schedule": 10.0, "options": {"expires": 30}},
        },
    )
    app.task(name="kesu.sweep")(_sweep)
    app.task(name="kesu.deliver")(_deliver)
    app.task(name="kesu.seal")(_seal)
    app.task(name="kesu.forget")(_forget)
    return app


def _sweep() -> None:
    worker().sweep()


def _deliver() -> None:
    worker().deliver()


def _seal() -> None:
    worker().seal()


def _forget() -> None:
    worker().forget()


def _make_broker_folder(url: str) -> None:
    if url.startswith("sqla+sqlite:///"):
        Path(urlsplit(url.removeprefix("sqla+")).path.removeprefix("/")).parent.mkdir(parents=True, exist_ok=True)


@setup_logging.connect  # type: ignore[untyped-decorator]
def _configure_logging(**_options: Any) -> None:
    log.configure(Settings.from_environment().log_level)


def __getattr__(name: str) -> Celery:
    """``app``, made on first use, so that importing this module in tests needs no environment."""
    if name == "app":
        made = make_celery(Settings.from_environment())
        globals()["app"] = made
        return made
    raise AttributeError(name)
