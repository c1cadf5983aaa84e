"""Articles, their texts and history, the log of answers, and remembered embeddings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.platform.db import Base, UtcDateTime


class Article(Base):
    """One thing customers ask. ``status`` is draft or published; ``version`` counts its edits.

    ``source_hash`` is the content as last loaded from a seed file: while it still equals the content, the file may replace it.
    """

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_updated_at", "updated_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    topic: Mapped[str] = mapped_column(String(40), index=True)
    products: Mapped[list[str]]
    skill: Mapped[str | None] = mapped_column(String(40))
    follow_ups: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(10), default="published")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_on: Mapped[date | None]
    source_hash: Mapped[str | None] = mapped_column(String(64))
    texts: Mapped[list[ArticleText]] = relationship(
        back_populates="article", cascade="all, delete-orphan", lazy="selectin", order_by="ArticleText.language.desc()"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def text(self, language: str) -> ArticleText | None:
        """Its text in ``zh`` or ``en``, None where it has not been written."""
        return next((item for item in self.texts if item.language == language), None)


class ArticleText(Base):
    """An article in one language: the question, other ways to ask it, the approved answer and risk notice."""

    __tablename__ = "article_text"
    __table_args__ = (UniqueConstraint("article_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(2))
    question: Mapped[str] = mapped_column(Text)
    askings: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(Text)
    risk_notice: Mapped[str | None] = mapped_column(Text)
    article: Mapped[Article] = relationship(back_populates="texts")


class ArticleVersion(Base):
    """An article as it stood at one version: what customers were told then."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(String(40))


class AnswerLog(Base):
    """One question put to the knowledge base and what came of it. ``query`` is masked before it gets here."""

    __tablename__ = "answer_log"
    __table_args__ = (
        Index("ix_answer_log_at", "at"),
        Index(
            "ix_answer_log_unanswered",
            "at",
            sqlite_where=text("verdict = 'decline' OR helpful IS FALSE"),
            postgresql_where=text("verdict = 'decline' OR helpful IS FALSE"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    query: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    verdict: Mapped[str] = mapped_column(String(10))
    article_key: Mapped[str | None] = mapped_column(String(80))
    article_version: Mapped[int | None]
    score: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    helpful: Mapped[bool | None]


class TextVector(Base):
    """A remembered embedding, so that a start embeds only what is new. ``digest`` is SHA-256 of kind and text."""

    __tablename__ = "text_vector"

    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
