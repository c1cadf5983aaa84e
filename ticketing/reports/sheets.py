"""The board's tables as they are exported: which there are, their columns, and their rows. Customers are masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.reports import alert_wording, alerts, causes, forecast, heat, lists, people, places, quality, queries
from ticketing.reports.conditions import Span
from ticketing.reports.files import Cell, Table
from ticketing.reports.filters import Filter
from ticketing.reports.places import DIMENSIONS, MEASURES
from ticketing.reports.sheet_words import word
from ticketing.rootcauses import wording as cause_wording
from ticketing.tickets import wording

Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Asked:
    """Which table, narrowed how, for whom: ``query`` is that of the page's address."""

    sheet: str
    query: str
    language: str
    zone: ZoneInfo

    @property
    def arguments(self) -> dict[str, str]:
        """The query's parts."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


def table(session: Session, *, clock: Clock, asked: Asked) -> Table:
    """The table; raises ``export_unknown`` and ``board_filter_unknown``. Its rows are read while they are written."""
    if asked.sheet not in _SHEETS:
        raise DomainError("export_unknown")
    rows = _SHEETS[asked.sheet](session, clock, asked)
    now = clock.now().astimezone(asked.zone)
    about = [word("as_of", asked.language, at=f"{now:%Y-%m-%d %H:%M}")]
    if asked.query:
        about.append(word("filter", asked.language, query=asked.query))
    return Table(
        stem=f"kesu-{asked.sheet}-{now:%Y%m%d-%H%M}",
        title=word(f"title.{asked.sheet}", asked.language),
        about=about,
        columns=[word(f"column.{name}", asked.language) for name in COLUMNS[asked.sheet]],
        rows=rows,
    )


def size(session: Session, *, clock: Clock, asked: Asked) -> int:
    """How many rows the table of tickets would have; the other tables are short."""
    if asked.sheet != "tickets":
        return 0
    return lists.count(session, clock=clock, zone=asked.zone, wanted=Filter.of(asked.arguments))


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tickets": (
        "number", "kind", "status", "category", "product", "severity", "priority", "channel", "customer", "owner", "team",
        "opened", "closed", "promise", "due", "breached",
    ),
    "places": ("dimension", "value", *MEASURES),
    "people": (
        "name", "role", "team", "presence", "since", "open", "open_cap", "late", "chats", "chat_cap", "closed_today", "chats_today",
        "oldest",
    ),
    "heat": ("weekday", *(f"hour_{hour}" for hour in range(24)), "sum"),
    "forecast": ("hour", "expected", "low", "high", "people", "capacity"),
    "quality": ("group", "value", "sent", "answered", "share", "index", "speed", "completeness", "solution"),
    "causes": ("record", "title", "action", "what", "owner", "due", "late"),
    "alerts": ("began", "closed", "subject", "what", "peak", "acknowledged", "by", "note"),
}  # fmt: skip


def _tickets(session: Session, clock: Clock, asked: Asked) -> Rows:
    teams = _teams(session, asked.language)
    for row in lists.every(session, clock=clock, zone=asked.zone, wanted=Filter.of(asked.arguments)):
        yield (
            row.number,
            *_names(asked, kind=row.kind, status=row.status, category=row.category, product=row.product),
            *_names(asked, severity=row.severity, priority=row.priority, channel=row.channel),
            row.customer, row.owner, teams[row.team_id], row.created_at, row.closed_at,
            wording.name("clock", row.next_due_clock, asked.language), row.next_due_at,
            word("yes" if row.breached else "no", asked.language),
        )  # fmt: skip


def _places(session: Session, clock: Clock, asked: Asked) -> Rows:
    found = places.read(session, Span.at(clock.now(), asked.zone))
    teams = _teams(session, asked.language)
    for dimension in DIMENSIONS:
        for value in sorted(found.values(dimension), key=str):
            counts = found.of(dimension, value)
            name = teams[value] if dimension == "team" else wording.name(dimension, str(value), asked.language)
            yield (word(f"dimension.{dimension}", asked.language), name, *(counts[measure] for measure in MEASURES))
    yield (word("sum", asked.language), "", *(found.total[measure] for measure in MEASURES))


def _people(session: Session, clock: Clock, asked: Asked) -> Rows:
    teams = _teams(session, asked.language)
    for each in people.everyone(session, Span.at(clock.now(), asked.zone)):
        yield (
            each.name, *_names(asked, role=each.role), teams[each.team_id], *_names(asked, presence=each.presence), each.since,
            each.open, each.open_cap, each.late, each.chats, each.chat_cap, each.closed_today, each.chats_today, each.oldest_at,
        )  # fmt: skip


def _heat(session: Session, clock: Clock, asked: Asked) -> Rows:
    wanted = Filter.of({name: value for name, value in asked.arguments.items() if name in ("category", "channel")})
    found = heat.heat(session, clock=clock, zone=asked.zone, category=wanted.category, channel=wanted.channel)
    for weekday in range(7):
        counts = [found.cells.get((weekday, hour), 0) for hour in range(24)]
        yield (word(f"weekday.{weekday}", asked.language), *counts, sum(counts))


def _forecast(session: Session, clock: Clock, asked: Asked) -> Rows:
    for hour in forecast.ahead(session, clock=clock, zone=asked.zone).hours:
        part = hour.expected
        capacity = None if hour.capacity is None else round(hour.capacity, 1)
        yield (part.at, round(part.mean, 1), part.low, part.high, hour.people, capacity)


def _quality(session: Session, clock: Clock, asked: Asked) -> Rows:
    days = next((days for days in quality.PERIODS if str(days) == asked.arguments.get("days")), 30)
    found = quality.quality(session, clock=clock, zone=asked.zone, days=days)
    groups = [
        ("all", "", [found.asked]),
        ("channel", "channel", found.by_channel),
        ("category", "category", found.by_category),
    ]
    for name, names, parts in groups:
        for part in parts:
            value = wording.name(names, part.code, asked.language) if names else ""
            figures = (
                part.share,
                part.marks.index,
                *(part.marks.part(of) for of in ("speed", "completeness", "solution")),
            )
            shown = (None if figure is None else round(figure, 1) for figure in figures)
            yield (word(f"dimension.{name}", asked.language), value, part.sent, part.marks.answers, *shown)


def _causes(session: Session, clock: Clock, asked: Asked) -> Rows:
    for due in causes.causes(session, clock=clock, zone=asked.zone).due:
        name = cause_wording.promise(f"action_{due.number}", asked.language)
        late = word("yes" if due.is_late else "no", asked.language)
        yield (due.record, due.title, name, due.what, due.owner, due.due_on, late)


def _alerts(session: Session, _clock: Clock, asked: Asked) -> Rows:
    standing = alerts.standing(session)
    known = alerts.names(session, standing)
    rows = [(row, known.get(row.acknowledged_by or 0)) for row in standing]
    for row, name in [*rows, *_past(session)]:
        sentence = alert_wording.sentence(row, asked.zone, asked.language)
        subject = alert_wording.subject(row, asked.language)
        yield (row.began_at, row.closed_at, subject, sentence, row.peak, row.acknowledged_at, name, row.note)


def _past(session: Session) -> Iterator[Any]:
    cursor: str | None = None
    while True:
        page = alerts.history(session, cursor=cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _teams(session: Session, language: str) -> dict[Any, str]:
    found: dict[Any, str] = {None: word("no_team", language)}
    return found | {team.id: team.name_en if language == "en" else team.name_zh for team in queries.teams(session)}


def _names(asked: Asked, **codes: str | None) -> list[str]:
    return [wording.name(group, code, asked.language) for group, code in codes.items()]


_SHEETS: Mapping[str, Callable[[Session, Clock, Asked], Rows]] = {
    "tickets": _tickets,
    "places": _places,
    "people": _people,
    "heat": _heat,
    "forecast": _forecast,
    "quality": _quality,
    "causes": _causes,
    "alerts": _alerts,
}
