"""Whom to believe when sources disagree about a customer. Pure.

For each kind of field some sources are trusted and some only fill gaps. Among those trusted most, the newest statement
counts, and a statement is as old as its value: a host page that repeats last year's number at every visit does not undo
what an agent corrected yesterday. ``earlier`` is what the row held before sources were kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ticketing.customers.fields import FIELDS, Trust

SOURCES = ("api", "host", "agent", "customer", "csv", "earlier")
"""By name; at the very same instant the first of these is believed."""
TRUST: Mapping[Trust, Mapping[str, int]] = {
    # Who somebody is, the company's systems know; customers have proved it to them, not to the chat.
    "identity": {"api": 2, "host": 2, "agent": 2, "csv": 2, "customer": 1, "earlier": 1},
    # How to reach somebody, they know best; an exported file is out of date the day it is made.
    "contact": {"customer": 2, "agent": 2, "api": 2, "host": 2, "csv": 1, "earlier": 1},
    # What they do with their money only the systems that book it know.
    "behaviour": {"api": 2, "csv": 2, "host": 1, "agent": 0, "customer": 0, "earlier": 0},
}


@dataclass(frozen=True)
class Statement:
    """That a source says a value of a field, since when."""

    source: str
    value: str
    since: datetime


def believed(field: str, statements: Iterable[Statement]) -> Statement | None:
    """The statement that is taken to be true, None where nobody says anything."""
    trust = TRUST[FIELDS[field].trust]
    return max(
        statements,
        key=lambda said: (trust[said.source], said.since, -SOURCES.index(said.source)),
        default=None,
    )
