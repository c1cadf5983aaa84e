"""A newly trained assistant on trial: it begins, is watched, and ends with a promotion or by going back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation
from ticketing.knowledge.models import AnswerLog
from ticketing.learning import arms
from ticketing.learning.arms import Arm
from ticketing.learning.models import AssistantTrial, LearningSignal
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log

FAILURES = ("fallback", "declined", "rejected")
NAMES = ("current", "candidate")
CHECK_EVERY = timedelta(seconds=5)


def running(session: Session) -> AssistantTrial | None:
    """The trial that is on."""
    return session.scalar(select(AssistantTrial).where(AssistantTrial.running.is_(True)))


def latest(session: Session) -> AssistantTrial | None:
    """The trial that is on, or the one before."""
    return session.scalar(select(AssistantTrial).order_by(AssistantTrial.id.desc()).limit(1))


def begin(session: Session, *, clock: Clock, actor: Actor = SYSTEM, candidate: str, share: int) -> AssistantTrial:
    """Send a share of the conversations that open from now on to the candidate; raises ``learning_trial_again``."""
    trial = AssistantTrial(candidate=candidate, share=share, running=True, started_at=clock.now())
    session.add(trial)
    try:
        session.flush()
    except IntegrityError as error:
        raise DomainError("learning_trial_again") from error
    _note(session, clock, actor, trial, "begun", share=share)
    return trial


def end(session: Session, *, clock: Clock, actor: Actor, outcome: str, reason: str = "decided") -> AssistantTrial:
    """End the trial that is on: ``promoted`` or ``rolled_back``; raises ``learning_no_trial``."""
    trial = session.scalar(select(AssistantTrial).where(AssistantTrial.running.is_(True)).with_for_update())
    if trial is None:
        raise DomainError("learning_no_trial")
    trial.running, trial.ended_at, trial.outcome, trial.reason = None, clock.now(), outcome, reason
    trial.decided_by_id = actor.staff_id
    session.flush()
    _note(session, clock, actor, trial, outcome, reason=reason)
    return trial


def watch(database: Database, *, clock: Clock) -> str | None:
    """Go back by itself when the candidate is clearly worse; gives in which figure."""
    with database.reading() as session:
        trial = running(session)
        if trial is None:
            return None
        seen = figures(session, trial)
    worse = arms.clearly_worse(seen["current"], seen["candidate"])
    if worse is not None:
        with database.transaction() as session:
            end(session, clock=clock, actor=SYSTEM, outcome="rolled_back", reason=f"worse_{worse}")
        log.error("learning.trial_rolled_back", action="roll back", reason=worse)
    return worse


def figures(session: Session, trial: AssistantTrial) -> dict[str, Arm]:
    """What became of the conversations that opened during the trial, by arm; also of those the candidate could not take."""
    opened = (
        select(Conversation.id, Conversation.public_id, Conversation.handoff_reason)
        .where(Conversation.last_message_at >= trial.started_at, Conversation.created_at >= trial.started_at)
        .where(Conversation.last_seq > 1)
    )
    if trial.ended_at is not None:
        opened = opened.where(Conversation.created_at <= trial.ended_at)
    rows = session.execute(opened).all()
    arm_of = {row[0]: NAMES[arms.takes_candidate(row[1], trial.share)] for row in rows}
    failed = select(LearningSignal.conversation_id).where(
        LearningSignal.at >= trial.started_at, LearningSignal.reason.in_(FAILURES)
    )
    rated = session.execute(
        select(AnswerLog.conversation_id, AnswerLog.helpful).where(
            AnswerLog.at >= trial.started_at, AnswerLog.helpful.is_not(None)
        )
    ).all()
    sizes = _by_arm(arm_of, arm_of)
    failures = _by_arm(arm_of, set(session.scalars(failed)))
    handed = _by_arm(arm_of, (row[0] for row in rows if row[2] is not None))
    ratings = _by_arm(arm_of, (row[0] or 0 for row in rated))
    unhelpful = _by_arm(arm_of, (row[0] or 0 for row in rated if row[1] is False))
    return {name: Arm(sizes[name], failures[name], handed[name], ratings[name], unhelpful[name]) for name in NAMES}


class Choice:
    """Which assistant a conversation talks to, asked once per turn; the trial is looked up every few seconds.

    A conversation that opened before the trial stays where it is: the assistant that knows it is in the middle of something.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked_at: datetime | None = None
        self._trial: tuple[datetime, int] | None = None

    def takes_candidate(self, public_id: str) -> bool:
        """Whether this conversation is part of the candidate's share."""
        now = self._clock.now()
        if self._looked_at is None or abs(now - self._looked_at) >= CHECK_EVERY:
            with self._database.reading() as session:
                trial = running(session)
                self._trial = (trial.started_at, trial.share) if trial is not None else None
            self._looked_at = now
        if self._trial is None or not arms.takes_candidate(public_id, self._trial[1]):
            return False
        with self._database.reading() as session:
            opened_at = session.scalar(select(Conversation.created_at).where(Conversation.public_id == public_id))
        return opened_at is not None and opened_at >= self._trial[0]


def _by_arm(arm_of: dict[int, str], conversations: Iterable[int]) -> Counter[str]:
    return Counter(arm_of[item] for item in conversations if item in arm_of)


def _note(session: Session, clock: Clock, actor: Actor, trial: AssistantTrial, what: str, **detail: object) -> None:
    audit.record(
        session, clock=clock, actor=actor, action=f"learning.trial_{what}", subject=("assistant_trial", trial.id),
        candidate=trial.candidate[:12], **detail,
    )  # fmt: skip
