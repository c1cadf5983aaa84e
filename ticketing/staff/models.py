"""Staff, teams, sign-in sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.platform.db import Base, UtcDateTime


class Team(Base):
    """A group of agents with a lead.

    ``assignment``: in a ``manual`` team agents claim, and the lead is told of a ticket that nobody has claimed after
    ``claim_minutes``; in an ``automatic`` one each ticket is given to the person it suits best.
    """

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    categories: Mapped[list[str]]
    assignment: Mapped[str] = mapped_column(String(10), default="manual", server_default="manual")
    claim_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    roster_version: Mapped[int] = mapped_column(default=1, server_default="1")


class Staff(Base):
    """One member of staff.

    ``presence`` is what they chose; whoever was not seen for a while is offline whatever they chose (presence.py).
    ``skills`` gives a level of 1 to 3 to classes and products; none entered means all that their team handles.
    ``chat_cap`` is how many conversations they may have at once.
    ``one_time_until`` is set while their password is one that somebody else gave them: until when it lets them in.
    ``on_duty_since`` is kept by the assignment pass: since when they have been open to new tickets.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    one_time_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    presence: Mapped[str] = mapped_column(String(10), default="available", server_default="available")
    presence_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on_duty_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    languages: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    skills: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    open_cap: Mapped[int] = mapped_column(default=15, server_default="15")
    load_cap: Mapped[int] = mapped_column(default=12, server_default="12")
    chat_cap: Mapped[int] = mapped_column(default=4, server_default="4")
    shift_starts: Mapped[str | None] = mapped_column(String(5))
    shift_ends: Mapped[str | None] = mapped_column(String(5))
    roster_version: Mapped[int] = mapped_column(default=1, server_default="1")
    # Their own account with the company and the blind index of their private number: they keep out of their own cases.
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    phone_index: Mapped[str | None] = mapped_column(String(64))
    team: Mapped[Team | None] = relationship(lazy="joined")

    @property
    def speaks(self) -> list[str]:
        """The languages they handle cases in; their own where none is entered."""
        return self.languages or [self.language]


class StaffSession(Base):
    """A sign-in, kept on the server; the cookie holds a token of which only the hash is stored."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[dict[str, Any]]
