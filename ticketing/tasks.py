"""What the worker does, a method a task; ``ticketing.worker`` says how often each is woken.

Each looks into the database for what is due and may run twice, or be killed in between.
"""

from __future__ import annotations

import functools
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.attachments import adopting
from ticketing.attachments import service as attachments
from ticketing.audit import service as audit
from ticketing.care import sending
from ticketing.care.tasks import CareTasks
from ticketing.conversations import long_waits, replies, vault
from ticketing.conversations.rules import ServiceHours
from ticketing.integrity import auditing, statements
from ticketing.knowledge.embedding import Embedder
from ticketing.learning import collecting, trials
from ticketing.learning.clustering import Learner
from ticketing.notify import articles, digests
from ticketing.notify.channels import channels
from ticketing.platform import idempotency, metrics, outbox
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.prediction import service as prediction
from ticketing.privacy import erasure_reminders, erasures
from ticketing.privacy import service as privacy
from ticketing.reports import alerts, exports, tally
from ticketing.reports.periodic import archive
from ticketing.rootcauses.reminders import remind
from ticketing.search import service as search
from ticketing.sla import service as sla
from ticketing.surveys import reviews, telling, wave
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey
from ticketing.tickets import (
    assignment,
    assignment_pass,
    calendar_alarm,
    deliveries,
    documents,
    outgoing,
    pausing,
    rollouts,
    todos,
    watching,
)
from ticketing.tickets.escalation import escalate, prepare
from ticketing.tickets.likeness import Comparer
from ticketing.tickets.models import Ticket

SURVEY_MESSAGES = ("survey", "survey_reminder", "survey_reminder_general", "relationship_survey")
ROLLOUT_TURN = timedelta(seconds=1)
"""The sweep must not wait longer than that for a rollout."""


class Worker(CareTasks):
    """What the tasks need, made once per process."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        embedder = Embedder(settings.embedding_model, light=True)
        self.comparer = Comparer(embedder.shared)
        self.learner = Learner(embedder)
        self.exporting = threading.Lock()
        self._delivered = (clock.now(), timedelta())
        self.channels = channels(
            settings,
            addresses={"ticket": (Ticket, "contact")},
            links=dict.fromkeys(SURVEY_MESSAGES, functools.partial(_survey_link, settings))
            | {"reopen_offer": functools.partial(_offer_link, settings)},
            attachments={
                deliveries.SUBJECT: functools.partial(documents.attach, settings),
                archive.SUBJECT: archive.attach,
            },
        ) | {
            documents.CHANNEL: functools.partial(documents.deliver, settings),
            archive.CHANNEL: functools.partial(archive.deliver, settings),
            privacy.CHANNEL: functools.partial(privacy.deliver, settings),
        }

    def sweep(self) -> int:
        """Fire what is due; gives the number of levels fired."""
        report = sla.sweep(
            self.database,
            clock=self.clock,
            escalate=self.escalate,
            prepare=prepare,
        )
        metrics.SWEEP_LAST_SUCCESS.set(self.clock.now().timestamp())
        return report.fired

    def foresee(self) -> int:
        """Renew the chances of the tickets due next; gives how many changed."""
        return prediction.refresh(self.database, clock=self.clock, hours=prediction.service_hours(self.settings))

    def escalate(self, session: Session, fired: sla.FiredLevel) -> None:
        """Told by the sweep what fires: a ticket's promise, or one of a root-cause record."""
        act = remind if fired.holder.kind == "root_cause" else escalate
        act(session, fired, clock=self.clock, settings=self.settings)

    def compare(self) -> int:
        """Compare new complaints with earlier ones; gives how many were looked at."""
        return self.comparer.run(self.database, clock=self.clock)

    def index(self) -> int:
        """Make findable what changed; gives how many changes."""
        return search.index_changes(self.database)

    def learn(self) -> int:
        """Gather what the assistant could not serve; gives how many texts found their group."""
        return self.learner.run(self.database, clock=self.clock)

    def watch_trial(self) -> str | None:
        """Take a newly trained assistant off its trial when it is clearly worse; gives in which figure."""
        return trials.watch(self.database, clock=self.clock)

    def deliver(self) -> int:
        """Send what was held long enough, then deliver what is in the outbox; gives the number of messages tried.

        At most half of the process's time goes into it: the other tasks' wake-ups expire while they wait, so ten thousand
        messages or a mail server that hangs would keep nearly all of them from their turn.
        """
        began = self.clock.now()
        ended, took = self._delivered
        if timedelta() <= began - ended < took:
            return 0
        replies.release_due(self.database, clock=self.clock)
        outgoing.release_due(self.database, clock=self.clock)
        tried = outbox.deliver_due(self.database, clock=self.clock, channels=self.channels, delivered=self.settle)
        ended = self.clock.now()
        self._delivered = (ended, ended - began)
        return tried

    def digest(self) -> int:
        """Promise the digest mails whose time has come; gives how many."""
        return digests.send_due(self.database, clock=self.clock, settings=self.settings)

    @staticmethod
    def settle(session: Session, clock: Clock, message: OutboxMessage) -> None:
        """Told by the outbox when a message was delivered or given up."""
        metrics.OUTBOX_DELIVERED.labels(message.channel, message.status).inc()
        if message.subject_type == deliveries.SUBJECT:
            deliveries.settle(session, clock=clock, message=message)
        elif message.subject_type == sending.SUBJECT:
            sending.settle(session, clock=clock, message=message)
        elif message.subject_type == privacy.SUBJECT:
            privacy.settle(session, clock=clock, message=message)

    def ask(self) -> int:
        """Ask people where the machine cannot go on, and tell the leads of overdue tasks; gives how many."""
        with self.database.transaction() as session:
            asked = deliveries.ask_for_overdue(session, clock=self.clock)
            return asked + todos.tell_overdue(session, clock=self.clock, settings=self.settings)

    def roll_out(self) -> int:
        """Bring changed policies and calendars to running tickets for a moment; gives the number of batches."""
        ends, batches = self.clock.now() + ROLLOUT_TURN, 0
        while self.clock.now() < ends and rollouts.advance(self.database, clock=self.clock):
            batches += 1
        return batches

    def watch_calendars(self) -> int:
        """Tell supervisors of years without public holidays; gives how many there are."""
        with self.database.transaction() as session:
            return calendar_alarm.tell(session, clock=self.clock)

    def assign(self) -> int:
        """Look after tickets that nobody has; gives how many were given to someone."""
        return assignment_pass.run(self.database, clock=self.clock, settings=self.settings).assigned

    def attend(self) -> int:
        """Look after customers who wait long for a person, or whose agent has gone; gives how many were told."""
        return long_waits.look(
            self.database,
            clock=self.clock,
            hours=ServiceHours.parse(self.settings.service_hours, self.settings.time_zone),
            offer_after=timedelta(minutes=self.settings.handoff_offer_minutes),
        )

    def adopt(self) -> int:
        """File what customers sent in a chat with the ticket that came of it; gives the number of chats."""
        return adopting.run(self.database, clock=self.clock)

    def forget(self) -> int:
        """Remind of requests to be erased; delete contact details, links, kept answers, unsent files and unlearned texts whose time is over, and customers
        who asked for it; gives how many."""
        erased = erasures.carry_out_due(self.database, clock=self.clock, settings=self.settings)
        with self.database.transaction() as session:
            erasure_reminders.remind(session, clock=self.clock, settings=self.settings)
        with self.database.transaction() as session:
            attachments.forget_drafts(session, clock=self.clock)
            privacy.forget_expired(session, clock=self.clock)
            erasures.forget_records(session, clock=self.clock, settings=self.settings)
            kept = idempotency.forget_expired(session, clock=self.clock) + assignment.forget_settled(session)
            kept += collecting.forget(session, clock=self.clock, keep_days=self.settings.learning_days)
            kept += exports.forget_expired(session, clock=self.clock)
            kept += watching.forget_gone(session, clock=self.clock)
            kept += replies.forget_taken_back(session, clock=self.clock)
            return erased + kept + vault.forget_expired(session, clock=self.clock)

    def audit(self) -> int:
        """Check some promises against their logs; gives the number of tickets and root-cause records."""
        return auditing.advance(self.database, clock=self.clock)

    def state(self) -> int:
        """Make the statements of days that are over, then look again at the last ones; gives how many were made."""
        made = statements.make_due(self.database, clock=self.clock)
        if made:
            statements.verify_recent(self.database, clock=self.clock)
        return made

    def remind(self) -> int:
        """Ask owners of tickets paused for a week whether there still is something to wait for; gives how many."""
        return pausing.remind_of_forgotten(self.database, clock=self.clock)

    def review(self) -> int:
        """Remind owners of articles that should be looked through; gives how many articles."""
        with self.database.transaction() as session:
            return articles.remind_of_reviews(session, clock=self.clock, settings=self.settings)

    def tally(self) -> int:
        """Tally new tickets by the hour for the board; gives how many."""
        return tally.advance(self.database, clock=self.clock)

    def watch_volumes(self) -> int:
        """Look for unusual numbers of complaints; gives how many alerts are new."""
        with self.database.transaction() as session:
            return alerts.watch(session, clock=self.clock, zone=ZoneInfo(self.settings.time_zone))

    def export(self) -> None:
        """Make the files people wait for, beside the other tasks: a long one must not hold up deadlines."""
        threading.Thread(target=self.make_exports, daemon=True, name="exports").start()

    def make_exports(self) -> None:
        """All that wait, unless another thread of this process is at it."""
        if not self.exporting.acquire(blocking=False):
            return
        try:
            while exports.make_next(self.database, clock=self.clock, zone=ZoneInfo(self.settings.time_zone)):
                pass
        finally:
            self.exporting.release()

    def survey(self) -> int:
        """Ask customers whose survey was put off, and remind others once; gives how many were looked at."""
        with self.database.transaction() as session:
            return telling.tell_due(session, clock=self.clock, zone=ZoneInfo(self.settings.time_zone))

    def survey_wave(self) -> int:
        """Decide whom to ask this quarter's relationship survey; gives how many customers."""
        with self.database.transaction() as session:
            return wave.run(session, clock=self.clock, zone=ZoneInfo(self.settings.time_zone))

    def report(self) -> int:
        """Make the periodic reports that are due and send them to their owners; gives how many."""
        return archive.make_due(self.database, clock=self.clock, settings=self.settings)

    def seal(self) -> int:
        """Seal new audit entries; gives how many."""
        with self.database.transaction() as session:
            return audit.seal(session)


def _survey_link(settings: Settings, session: Session, message: OutboxMessage) -> str:
    survey = session.get_one(Survey, message.subject_id)
    return f"{settings.public_url}/s/{surveys.token_of(*surveys.label_of(survey))}"


def _offer_link(settings: Settings, _session: Session, message: OutboxMessage) -> str:
    return f"{settings.public_url}/reopen/{reviews.offer_token(message.subject_id or 0)}"
