"""Tables of the agent's desk: answers held back for a moment, and who has a case or a chat open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class LetterHold(Base):
    """An answer that someone has sent and can still take back; the row goes when it is sent or taken back, whichever is first.

    ``confirmed`` are the warnings its sender confirmed.
    """

    __tablename__ = "letter_hold"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    send_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed: Mapped[list[str]]


class _Watch:
    """That someone has a place before their eyes; ``writing`` is the form they type in, until ``writing_until``."""

    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    writing: Mapped[str | None] = mapped_column(String(10))
    writing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseWatch(_Watch, Base):
    """Who has a case open."""

    __tablename__ = "case_watch"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)


class ChatWatch(_Watch, Base):
    """Who has a chat open by itself, beside no case."""

    __tablename__ = "chat_watch"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
