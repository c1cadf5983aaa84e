"""Texts the assistant failed at, who said them, their clusters, and what was taught."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class LearningCluster(Base):
    """Texts of one language that mean the same. It keeps its id for as long as it lives; ``status`` is open, accepted, dismissed or merged.

    ``decision`` is askings, utterances, out_of_scope or dismissed; ``merged_into_id`` names the older one that took its texts.
    """

    __tablename__ = "learning_cluster"
    __table_args__ = (Index("ix_learning_cluster_status_size", "status", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(10), default="open")
    size: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("learning_cluster.id", ondelete="SET NULL"))
    decision: Mapped[str | None] = mapped_column(String(20))
    target: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class LearningText(Base):
    """Something the assistant failed at, once for everyone who said it; ``digest`` is of the normalised text.

    ``status`` is open, accepted or dismissed. ``vector`` is its embedding by ``model``, None until it was embedded.
    """

    __tablename__ = "learning_text"
    __table_args__ = (
        UniqueConstraint("digest", "language"),
        Index(
            "ix_learning_text_waiting",
            "id",
            sqlite_where=text("vector IS NULL"),
            postgresql_where=text("vector IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="open")
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("learning_cluster.id"), index=True)
    model: Mapped[str | None] = mapped_column(String(120))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LearningSignal(Base):
    """One conversation in which a text was not served, and why we think so; a second reason adds nothing.

    ``article_key`` is the answer that did not help. An agent's correction carries ``target_kind`` and ``target``.
    """

    __tablename__ = "learning_signal"
    __table_args__ = (UniqueConstraint("text_id", "conversation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("learning_text.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    article_key: Mapped[str | None] = mapped_column(String(80))
    target_kind: Mapped[str | None] = mapped_column(String(10))
    target: Mapped[str | None] = mapped_column(String(80))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LearnedUtterance(Base):
    """What people decided the assistant is to learn as an example of an intent at its next training."""

    __tablename__ = "learned_utterance"
    __table_args__ = (UniqueConstraint("digest", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(40))
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class LearningProgress(Base):
    """Up to when the conversations were looked through; one row."""

    __tablename__ = "learning_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    collected_until: Mapped[datetime] = mapped_column(UtcDateTime)


class AssistantTrial(Base):
    """A newly trained assistant (``candidate``, its fingerprint) tried on ``share`` percent of new conversations.

    ``running`` is True while it lasts and None afterwards, so that there is one at a time; then ``outcome`` is promoted or
    rolled_back. A candidate is tried once.
    """

    __tablename__ = "assistant_trial"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate: Mapped[str] = mapped_column(String(64), unique=True)
    share: Mapped[int]
    running: Mapped[bool | None] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
