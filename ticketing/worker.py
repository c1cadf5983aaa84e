"""The worker: Celery's beat wakes short tasks that look into the database for what is due.

Nothing is carried in the broker but the wake-up itself, so a lost or doubled message changes nothing.
``celery -A ticketing.worker worker -B`` runs it; the app is made when this module is imported.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import setup_logging, worker_init
from kombu.entity import Queue
from prometheus_client import start_http_server
from sqlalchemy import text

from ticketing.platform import crypto, log
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker

QUEUES = ("celery", "deadlines")
_FORGET_WHAT_WAS_TAKEN = (
    "DELETE FROM kombu_message WHERE NOT visible",
    """CREATE TRIGGER IF NOT EXISTS kombu_message_taken AFTER UPDATE OF visible ON kombu_message WHEN NOT NEW.visible
       BEGIN DELETE FROM kombu_message WHERE id = NEW.id; END""",
)
"""Kombu only hides a message that was taken, and looks through all hidden ones for the next: some 450,000 more each day."""


@functools.cache
def worker() -> Worker:
    """This process's worker."""
    settings = Settings.from_environment()
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    return Worker(settings, Database(settings.database_url), SystemClock())


def make_celery(settings: Settings) -> Celery:
    """The Celery app with its schedule."""
    app = Celery("kesu", broker=settings.broker_url)
    _make_broker(app, settings.broker_url)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        timezone="UTC",
        # A worker takes from both queues unless told otherwise. One that takes from `deadlines` alone keeps sweeping
        # whatever the other tasks are held up by.
        task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]
        task_default_queue=QUEUES[0],
        task_routes={"kesu.sweep": {"queue": QUEUES[1]}},
        beat_schedule={
            name: {"task": f"kesu.{name}", "schedule": seconds, "options": {"expires": expires}}
            for name, (seconds, expires) in schedule(settings).items()
        },
    )
    for name in schedule(settings):
        app.task(name=f"kesu.{name}")(_calling(name))
    return app


def schedule(settings: Settings) -> dict[str, tuple[float, int]]:
    """Which of the worker's methods run every how many seconds, and after how many a waiting wake-up is worthless.

    The next wake-up does the same work, so one that waited longer than its period may be dropped.
    """
    return {
        "sweep": (settings.sweep_seconds, 10),
        "deliver": (settings.outbox_seconds, 10),
        "compare": (2.0, 10),
        "index": (2.0, 10),
        "roll_out": (2.0, 10),
        "assign": (5.0, 10),
        "attend": (5.0, 10),
        "adopt": (5.0, 10),
        "audit": (5.0, 10),
        "export": (5.0, 10),
        "seal": (10.0, 30),
        "take_in": (2.0, 10),
        "judge": (10.0, 30),
        "care": (30.0, 30),
        "tally": (10.0, 30),
        "learn": (15.0, 30),
        "ask": (60.0, 60),
        "digest": (60.0, 30),
        "foresee": (60.0, 30),
        "watch_trial": (60.0, 30),
        "watch_volumes": (60.0, 30),
        "survey": (60.0, 30),
        "state": (300.0, 60),
        "report": (300.0, 60),
        "watch_calendars": (600.0, 300),
        "expire": (600.0, 300),
        "forget": (3600.0, 600),
        "remind": (3600.0, 600),
        "review": (3600.0, 600),
        "survey_wave": (3600.0, 600),
    }


def _calling(name: str) -> Callable[[], None]:
    def task() -> None:
        getattr(worker(), name)()

    return task


def _make_broker(app: Celery, url: str) -> None:
    """Make SQLite's file with the queues in it.

    Worker and beat each add a queue where it is missing; the slower one's connection would stay broken and, if that
    is the beat's, nothing would ever be woken.
    """
    if not url.startswith("sqla+sqlite:///"):
        return
    Path(urlsplit(url.removeprefix("sqla+")).path.removeprefix("/")).parent.mkdir(parents=True, exist_ok=True)
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        for name in QUEUES:
            channel.queue_declare(queue=name)
        for statement in _FORGET_WHAT_WAS_TAKEN:
            channel.session.execute(text(statement))
        channel.session.commit()
        channel.session.close()
        # The beat is a fork of the worker, and an open SQLite file must not be carried into a fork.
        channel.session.get_bind().dispose()


@worker_init.connect  # type: ignore[untyped-decorator]
def _show_metrics(**_options: Any) -> None:
    """Serve this process's metrics; a taken port is logged and costs nothing else."""
    host, colon, port = Settings.from_environment().worker_metrics.rpartition(":")
    if not colon:
        return
    try:
        start_http_server(int(port), addr=host or "127.0.0.1")
    except (OSError, ValueError) as error:
        log.log.error("worker.metrics_not_shown", action="go on", error=type(error).__name__)


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
