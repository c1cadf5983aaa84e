"""Which tickets a figure of the board counts, as the query of an address: read from it, written to it, put into SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false

from ticketing.platform.errors import DomainError
from ticketing.reports import conditions
from ticketing.reports.conditions import IS_OPEN, WINDOWS, Span
from ticketing.reports.hours import hours_of_slot
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Category, Status
from ticketing.tickets.wording import NAMES

SHOWS = (
    "open", "late", "due", "breached_today", "opened_today", "closed_today", "rated", "unassignable",
    "opened", "closed", "falls_due", "breached", "repeats", "answered", "surveyed", "silent",
)  # fmt: skip
OF_A_PERIOD = frozenset({"opened", "closed", "falls_due", "breached", "repeats", "answered", "surveyed", "silent"})
NO_TEAM = "none"
NOBODY = "none"
LONGEST = timedelta(days=400)
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Filter:
    """Which tickets: ``show`` names the figure, the others narrow it.

    ``hours`` goes with ``due``, ``since`` and ``until`` with OF_A_PERIOD, ``weekday`` (Monday is 0) and ``hour`` of the
    reader's clock with ``opened``. ``team`` none is the common queue, ``owner`` none nobody, ``product`` empty no product.
    """

    show: str = "open"
    hours: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    weekday: int | None = None
    hour: int | None = None
    status: str | None = None
    category: str | None = None
    team: int | str | None = None
    owner: int | str | None = None
    channel: str | None = None
    product: str | None = None
    severity: str | None = None
    kind: str | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filter:
        """From an address's query; raises ``board_filter_unknown``."""
        try:
            found = cls(**{name: read(arguments[name]) for name, read in _READ.items() if name in arguments})
        except ValueError as error:
            raise DomainError("board_filter_unknown") from error
        if not found._is_whole():
            raise DomainError("board_filter_unknown")
        return found

    def query(self) -> str:
        """The address's query again; the same filter always gives the same one."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return urlencode(
            {
                name: value.astimezone(UTC).strftime(_MOMENT) if isinstance(value, datetime) else value
                for name, value in given.items()
                if value is not None
            }
        )

    @property
    def narrowed(self) -> dict[str, Any]:
        """What narrows the figure, by name, without the figure itself."""
        names = ("status", "category", "team", "owner", "channel", "product", "severity", "kind")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def _is_whole(self) -> bool:
        """Whether what belongs together is there together."""
        period = self.since is not None and self.until is not None
        if (self.show in OF_A_PERIOD) != period or ((self.since is None) != (self.until is None)):
            return False
        if self.since and self.until and not self.since < self.until <= self.since + LONGEST:
            return False
        slot = (self.weekday is None) == (self.hour is None) and (self.weekday is None or self.show == "opened")
        return slot and (self.hours is not None) == (self.show == "due")


def where(wanted: Filter, span: Span, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """The tickets of a filter, as SQL."""
    found = [_figure(wanted, span, zone)]
    plain = {
        "status": Ticket.status,
        "category": Ticket.category,
        "channel": Ticket.came_by,
        "severity": Ticket.severity,
        "kind": Ticket.kind,
    }
    found += [column == getattr(wanted, name) for name, column in plain.items() if getattr(wanted, name) is not None]
    if wanted.product is not None:
        found.append(Ticket.product == wanted.product if wanted.product else Ticket.product.is_(None))
    for column, value in ((Ticket.team_id, wanted.team), (Ticket.owner_id, wanted.owner)):
        if value is not None:
            found.append(column.is_(None) if value == NO_TEAM else column == value)
    return found


def _figure(wanted: Filter, span: Span, zone: ZoneInfo) -> ColumnElement[bool]:
    if wanted.since is not None and wanted.until is not None:
        return _of_a_period(wanted, span, zone, wanted.since, wanted.until)
    match wanted.show:
        case "late":
            return and_(IS_OPEN, Ticket.id.in_(conditions.late(span)))
        case "due":
            return and_(IS_OPEN, Ticket.id.in_(conditions.due_within(span, wanted.hours or max(WINDOWS))))
        case "breached_today":
            return Ticket.id.in_(conditions.breached_today(span))
        case "opened_today":
            return conditions.opened_since(span.today)
        case "closed_today":
            return conditions.closed_since(span.today)
        case "unassignable":
            return Ticket.id.in_(conditions.unassignable())
        case "rated":
            return Ticket.id.in_(conditions.rated_between(span.rated_since, span.now))
    return and_(IS_OPEN)


def _of_a_period(wanted: Filter, span: Span, zone: ZoneInfo, since: datetime, until: datetime) -> ColumnElement[bool]:
    match wanted.show:
        case "opened" if wanted.weekday is not None and wanted.hour is not None:
            return conditions.opened_in_hours(hours_of_slot(since, until, zone, wanted.weekday, wanted.hour))
        case "opened":
            return conditions.opened_between(since, until)
        case "closed":
            return conditions.closed_between(since, until)
        case "falls_due":
            return and_(IS_OPEN, Ticket.id.in_(conditions.due_between(span, since, until)))
        case "breached":
            return Ticket.id.in_(conditions.breached_between(span, since, until))
        case "repeats":
            return conditions.repeats_between(since, until)
        case "answered":
            return Ticket.id.in_(conditions.rated_between(since, until))
        case "surveyed":
            return Ticket.id.in_(conditions.surveyed_between(since, until))
        case "silent":
            return Ticket.id.in_(conditions.surveyed_between(since, until, answered=False))
    return false()


def _one_of(known: Any) -> Reader:
    def read(value: str) -> str:
        if value not in set(known):
            raise ValueError(value)
        return value

    return read


def _number(low: int, high: int) -> Reader:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and low <= int(value) <= high):
            raise ValueError(value)
        return int(value)

    return read


def _id_or_none(value: str) -> int | str:
    return value if value == NO_TEAM else _number(0, 10**9)(value)


def _moment(value: str) -> datetime:
    return datetime.strptime(value, _MOMENT).replace(tzinfo=UTC)


def _short(value: str) -> str:
    if len(value) > 40:
        raise ValueError(value)
    return value


def _window(value: str) -> int:
    return int(_one_of(str(hours) for hours in WINDOWS)(value))


_READ: dict[str, Reader] = {
    "show": _one_of(SHOWS),
    "hours": _window,
    "since": _moment,
    "until": _moment,
    "weekday": _number(0, 6),
    "hour": _number(0, 23),
    "status": _one_of(Status),
    "category": _one_of(Category),
    "team": _id_or_none,
    "owner": _id_or_none,
    "channel": _one_of(NAMES["channel"]),
    "product": _short,
    "severity": _one_of(NAMES["severity"]),
    "kind": _one_of(NAMES["kind"]),
}
