"""Finds what the assistant failed at, in the log of answers and in transcripts, and keeps each text once.

The way is derived from the database: ``learning_progress`` says how far it is, the last minutes are looked through again, and
unique constraints make a second look harmless.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.knowledge import rules as knowledge
from ticketing.knowledge.models import AnswerLog
from ticketing.knowledge.text import is_chinese, normalise
from ticketing.learning import rules
from ticketing.learning.models import LearningCluster, LearningProgress, LearningSignal, LearningText
from ticketing.learning.rules import Failure, Line
from ticketing.platform.clock import Clock

FIRST_LOOK = timedelta(days=30)
OVERLAP = timedelta(minutes=10)
RATED_LATE = timedelta(days=2)
"""Thumbs down are found on answers up to this old."""
CONTEXT = timedelta(hours=1)
AT_ONCE = 200
"""Conversations of one look; the next look goes on there."""


def collect(session: Session, *, clock: Clock) -> int:
    """Keep what failed since the last look; gives how many new signals there are."""
    now = clock.now()
    session.execute(
        _insert(session)(LearningProgress)
        .values(id=1, collected_until=now - FIRST_LOOK)
        .on_conflict_do_nothing(index_elements=["id"])
    )
    progress = session.get_one(LearningProgress, 1, with_for_update=True)
    since = progress.collected_until - OVERLAP
    spoken = session.execute(
        select(Conversation.id, Conversation.last_message_at)
        .where(Conversation.last_message_at >= since)
        .order_by(Conversation.last_message_at, Conversation.id)
        .limit(AT_ONCE)
    ).all()
    until = spoken[-1][1] if len(spoken) == AT_ONCE else now
    unhelpful = _unhelpful(session, now - RATED_LATE)
    found = _declined(session, since, until)
    transcripts = _transcripts(session, {row[0] for row in spoken}, since - CONTEXT)
    transcripts |= _transcripts(session, unhelpful, now - RATED_LATE - CONTEXT)
    for conversation_id, lines in transcripts.items():
        found += [(conversation_id, failure) for failure in rules.failures(lines, unhelpful.get(conversation_id, ()))]
    # At least a moment further, so that a crowd at one instant cannot hold the look back.
    progress.collected_until = max(until, progress.collected_until + timedelta(milliseconds=1))
    return sum(keep(session, conversation_id=of, failure=failure) for of, failure in found)


def keep(
    session: Session, *, conversation_id: int, failure: Failure, staff_id: int | None = None,
    target: tuple[str, str] | None = None,
) -> bool:  # fmt: skip
    """Note one failure; gives whether it is new. ``target`` is an agent's correction and replaces what was guessed."""
    if not is_worth_keeping(failure.text):
        return False
    text_id = _text(session, failure)
    values: dict[str, Any] = {"reason": failure.reason, "article_key": failure.article_key}
    if target is not None:
        values |= {"target_kind": target[0], "target": target[1], "staff_id": staff_id}
    inserted = session.execute(
        _insert(session)(LearningSignal)
        .values(text_id=text_id, conversation_id=conversation_id, at=failure.at, **values)
        .on_conflict_do_nothing(index_elements=["text_id", "conversation_id"])
        .returning(LearningSignal.id)
    ).first()
    if inserted is not None:
        later = LearningText.last_at < failure.at
        session.execute(update(LearningText).where(LearningText.id == text_id, later).values(last_at=failure.at))
        return True
    held = session.scalars(
        select(LearningSignal).where(
            LearningSignal.text_id == text_id, LearningSignal.conversation_id == conversation_id
        )
    ).one()
    if target is not None or rules.stronger(failure.reason, held.reason):
        for name, value in values.items():
            setattr(held, name, value)
    return False


def forget(session: Session, *, clock: Clock, keep_days: int) -> int:
    """Delete what was last said longer ago and never taught; gives how many texts."""
    before = rules.forget_before(clock.now(), keep_days)
    gone = session.execute(
        delete(LearningText)
        .where(LearningText.last_at < before, LearningText.status != "accepted")
        .returning(LearningText.id)
    ).all()
    session.execute(delete(LearningSignal).where(LearningSignal.at < before))
    kept = select(LearningText.cluster_id).where(LearningText.cluster_id.is_not(None))
    session.execute(delete(LearningCluster).where(LearningCluster.status == "open", LearningCluster.id.not_in(kept)))
    return len(gone)


def is_worth_keeping(text: str) -> bool:
    """Whether a text can be a question: words of some language, and not a story."""
    return len(text) <= rules.LONGEST and knowledge.is_askable(normalise(text))


def bare(text: str) -> str:
    """A text without anything in which the same words may be written differently."""
    return "".join(normalise(text).split())


def digest(text: str) -> str:
    """The name under which a text is known, however it is written."""
    return hashlib.sha256(bare(text).encode()).hexdigest()


def _text(session: Session, failure: Failure) -> int:
    """The row of a text; its language is the text's own, because the same word may be typed in a chat of either."""
    language, name = "zh" if is_chinese(failure.text) else "en", digest(failure.text)
    session.execute(
        _insert(session)(LearningText)
        .values(digest=name, language=language, text=failure.text, status="open", last_at=failure.at)
        .on_conflict_do_nothing(index_elements=["digest", "language"])
    )
    return session.scalars(
        select(LearningText.id).where(LearningText.digest == name, LearningText.language == language)
    ).one()


def _unhelpful(session: Session, since: datetime) -> dict[int, set[int]]:
    """Answers with a thumb down, by conversation."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(AnswerLog.conversation_id, AnswerLog.id)
        .where(AnswerLog.at >= since, AnswerLog.helpful.is_(False))
        .order_by(AnswerLog.id)
    )
    for conversation_id, answer_id in rows:
        if conversation_id is not None:
            found[conversation_id].add(answer_id)
    return found


def _declined(session: Session, since: datetime, until: datetime) -> list[tuple[int, Failure]]:
    rows = session.execute(
        select(AnswerLog.conversation_id, AnswerLog.query, AnswerLog.at)
        .where(
            AnswerLog.at >= since,
            AnswerLog.at <= until,
            AnswerLog.verdict == "decline",
            AnswerLog.conversation_id.is_not(None),
        )
        .order_by(AnswerLog.id)
    )
    return [(conversation_id or 0, Failure(query, at, "declined")) for conversation_id, query, at in rows]


def _transcripts(session: Session, ids: Iterable[int], since: datetime) -> dict[int, Sequence[Line]]:
    """What customers and the assistant said in these conversations from then on."""
    found: defaultdict[int, list[Line]] = defaultdict(list)
    wanted = sorted(ids)
    for at in range(0, len(wanted), AT_ONCE):
        rows = session.scalars(
            select(Message)
            .where(
                Message.conversation_id.in_(wanted[at : at + AT_ONCE]),
                Message.created_at >= since,
                Message.author.in_(("customer", "bot")),
            )
            .order_by(Message.conversation_id, Message.seq)
        )
        for message in rows:
            found[message.conversation_id].append(line_of(message))
    return dict(found)


def line_of(message: Message) -> Line:
    """A stored message as the rules look at it."""
    payload = message.payload
    card = payload.get("card") or {}
    answer_id, key = card.get("answer_id"), card.get("key")
    return Line(
        seq=message.seq,
        author=message.author,
        text=message.text,
        at=message.created_at,
        kind=payload.get("kind"),
        sends=payload.get("sends"),
        pressed=(payload.get("button") or {}).get("seq"),
        reply_to=payload.get("reply_to"),
        payloads=tuple(str(button.get("payload", "")) for button in payload.get("buttons", ())),
        article_key=key if isinstance(key, str) else None,
        answer_id=answer_id if isinstance(answer_id, int) else None,
    )


def _insert(session: Session) -> Any:
    return pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
