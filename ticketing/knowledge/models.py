"""Articles, their texts and history, the log of answers, and remembered embeddings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.platform.db import Base, JsonValue, UtcDateTime


class Article(Base):
    """One thing customers ask. ``status`` is draft (never published yet), published or retired; ``version`` counts its edits.

    ``source_hash`` is the content as last loaded from a seed file: while it still equals the content, the file may replace it.
    ``search_text`` is all that it and its draft say, made comparable, and ``languages`` those it is written in (``zh,en``): by
    these staff find it. ``review_on`` is when
    ``owner_id`` should look through it next.
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
    review_on: Mapped[date | None] = mapped_column(index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    source_hash: Mapped[str | None] = mapped_column(String(64))
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    languages: Mapped[str] = mapped_column(String(5), default="", server_default="")
    draft: Mapped[ArticleDraft | None] = relationship(
        back_populates="article", cascade="all, delete-orphan", lazy="selectin", uselist=False
    )
    texts: Mapped[list[ArticleText]] = relationship(
        back_populates="article", cascade="all, delete-orphan", lazy="selectin", order_by="ArticleText.language.desc()"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def text(self, language: str) -> ArticleText | None:
        """Its text in ``zh`` or ``en``, None where it has not been written."""
        return next((item for item in self.texts if item.language == language), None)


class ArticleText(Base):
    """An article in one language: the question, other ways to ask it, the approved answer and risk notice.

    ``details`` are what is asked next: ``{"asked": [wording, …], "answer": …}`` each.
    """

    __tablename__ = "article_text"
    __table_args__ = (UniqueConstraint("article_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(2))
    question: Mapped[str] = mapped_column(Text)
    askings: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(Text)
    risk_notice: Mapped[str | None] = mapped_column(Text)
    details: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, server_default="[]")
    article: Mapped[Article] = relationship(back_populates="texts")


class ArticleDraft(Base):
    """What staff are writing while customers still read the published text; at most one for an article.

    ``base_version`` is the version it began from, ``revision`` counts its saves. ``author_ids`` are all who wrote on it: none
    of them may approve it where two people must look. ``returned_note`` says why it was sent back.
    """

    __tablename__ = "article_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), unique=True)
    content: Mapped[dict[str, Any]]
    base_version: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    note: Mapped[str | None] = mapped_column(String(300))
    author_ids: Mapped[list[Any]]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_note: Mapped[str | None] = mapped_column(String(300))
    article: Mapped[Article] = relationship(back_populates="draft")

    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}


class ArticleImport(Base):
    """A file of articles that was uploaded: looked at first, taken over afterwards, at most once."""

    __tablename__ = "article_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArticleVersion(Base):
    """An article as it stood at one version: what customers were told then, by whom, and who approved it."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(String(40))
    approved_by: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(300))


class AnswerLog(Base):
    """One question put to the knowledge base and what came of it. ``query`` is masked before it gets here.

    ``article_key`` is what was shown first; ``nearest_key`` what came nearest, also where nothing was shown.
    """

    __tablename__ = "answer_log"
    __table_args__ = (
        Index("ix_answer_log_at", "at"),
        Index("ix_answer_log_nearest", "nearest_key", "at"),
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
    nearest_key: Mapped[str | None] = mapped_column(String(80))
    score: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    helpful: Mapped[bool | None]


class TextVector(Base):
    """A remembered embedding, so that a start embeds only what is new. ``digest`` is SHA-256 of kind and text."""

    __tablename__ = "text_vector"

    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
