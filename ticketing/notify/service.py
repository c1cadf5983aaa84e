"""Messages to customers and staff; the words are put together when a channel delivers them or a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import rules
from ticketing.notify.models import StaffNotice
from ticketing.notify.rules import Recipient
from ticketing.platform import metrics, outbox, yaml_files
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.gathering import together
from ticketing.platform.plurals import fill


@dataclass(frozen=True, slots=True)
class News:
    """Something staff are told. ``words`` are the message's values by language, ``path`` the page it leads to.

    ``dedupe`` names the occasion: nobody is told twice of the same one. ``clock_name`` and ``due_at`` are the promise it
    is about, where it is about one.
    """

    code: str
    words: Mapping[str, Mapping[str, Any]]
    path: str
    dedupe: str
    subject: tuple[str, int]
    urgent: bool = False
    clock_name: str | None = None
    due_at: datetime | None = None


def to_customer(
    session: Session,
    *,
    clock: Clock,
    code: str,
    language: str,
    values: dict[str, Any],
    conversation_id: int | None,
    email_of: tuple[str, int] | None,
    dedupe: str,
    subject: tuple[str, int],
    card: dict[str, Any] | None = None,
) -> None:
    """Tell a customer in the conversation and, when ``email_of`` names a row that holds an address, by e-mail.

    The address itself is not copied into the outbox: the channel reads it from the row when it delivers.
    """
    base = {"code": code, "language": language, "values": values}
    if conversation_id is not None:
        outbox.enqueue(
            session,
            clock=clock,
            channel="chat",
            dedupe_key=f"chat:{dedupe}",
            payload=base | {"conversation_id": conversation_id, "card": card},
            subject=subject,
        )
    if email_of is not None:
        outbox.enqueue(
            session,
            clock=clock,
            channel="email",
            dedupe_key=f"email:{dedupe}",
            payload=base | {"address_of": list(email_of)},
            subject=subject,
        )


def to_staff(session: Session, *, clock: Clock, news: News, to: Iterable[Recipient]) -> None:
    """Tell colleagues: a notice in each one's inbox, and an e-mail at once or with their next digest.

    Nobody to tell is written down too: an audit entry, and a notice without a person, which the board raises.
    """
    people: list[Recipient | None] = [*to] or [None]
    together(session, _tell, *(_Telling(clock, news, person) for person in people))


@dataclass(frozen=True, slots=True)
class _Telling:
    """One thing one person is told; without a person there is nobody to tell."""

    clock: Clock
    news: News
    person: Recipient | None

    @property
    def dedupe(self) -> str:
        return f"{self.news.dedupe}:{self.person.colleague.id if self.person else 'nobody'}"

    @property
    def mail(self) -> str:
        """How the e-mail goes: ``now``, ``digest`` or ``none``."""
        return rules.mail_goes(self.person, urgent=self.news.urgent) if self.person else "none"


def _tell(session: Session, tellings: Sequence[_Telling]) -> None:
    """Write the notices; whoever gets a new one is mailed it."""
    first = {each.dedupe: each for each in reversed(tellings)}
    rows = [_row(each) for each in reversed(first.values())]
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = insert(StaffNotice).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(StaffNotice.dedupe_key)
    for dedupe in session.scalars(fresh, rows).all():
        told = first[dedupe]
        news, person = told.news, told.person
        metrics.NOTICES.labels(news.code, "nobody" if not person else "on_call" if person.on_call else "staff").inc()
        if person is None:
            audit.record(
                session, clock=told.clock, actor=SYSTEM, action="notice.nobody", subject=news.subject, code=news.code
            )
        elif told.mail == "now":
            _mail(session, clock=told.clock, news=news, person=person)


def _row(told: _Telling) -> dict[str, Any]:
    now, news, person = told.clock.now(), told.news, told.person
    return {
        "staff_id": person.colleague.id if person else None,
        "code": news.code,
        "words": {language: dict(values) for language, values in news.words.items()},
        "path": news.path,
        "ticket_id": news.subject[1] if news.subject[0] == "ticket" else None,
        "clock": news.clock_name,
        "due_at": news.due_at,
        "urgent": news.urgent,
        "on_call": person is not None and person.on_call,
        "dedupe_key": told.dedupe,
        "created_at": now,
        "mail": told.mail,
        "mailed_at": now if told.mail == "now" else None,
    }


def _mail(session: Session, *, clock: Clock, news: News, person: Recipient) -> None:
    colleague = person.colleague
    outbox.enqueue(
        session,
        clock=clock,
        channel="email",
        dedupe_key=f"email:{news.dedupe}:staff:{colleague.id}",
        payload={
            "code": news.code,
            "language": colleague.language,
            "values": spoken(news.words, colleague.language),
            "address_of": ["staff", colleague.id],
            "path": news.path,
            "on_call": person.on_call,
        },
        subject=news.subject,
    )


def spoken(words: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, Any]:
    """A message's values in a language, in the other one if that is all there is."""
    return dict(words.get(language) or next(iter(words.values())))


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """All messages by code and language."""
    loaded: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(Path(__file__).parent.glob("texts*.yml")):
        loaded |= yaml_files.read(path)
    return loaded


def compose(payload: dict[str, Any], *, part: str = "text", **extra: Any) -> str:
    """The words of a queued message."""
    return fill(texts()[payload["code"]][payload["language"]][part], {**payload["values"], **extra})
