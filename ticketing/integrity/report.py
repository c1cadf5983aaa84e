"""``python -m ticketing audit promises|statements``: look at everything now and say what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ticketing.integrity import auditing, queries, statements
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.sla.auditor import Finding

Say = Callable[[str], object]
SHOWN = 200


def promises(database: Database, *, clock: Clock, say: Say) -> int:
    """Check every promise owed against the log, writing nothing; gives the number of findings."""
    began, checked = clock.now(), 0
    found: list[Finding] = []
    kinds: Counter[str] = Counter()
    for looked in auditing.everything(database, clock=clock):
        checked += looked.checked
        kinds.update(finding.problem for finding in looked.findings)
        found += looked.findings[: SHOWN - len(found)]
    seconds = (clock.now() - began).total_seconds()
    for finding in found:
        say(_line(database, finding) + "\n")
    if len(found) < kinds.total():
        say(f"… and {kinds.total() - len(found):,} more\n")
    each = seconds * 1000 / checked if checked else 0.0
    say(f"{checked:,} checked in {seconds:.1f} s ({each:.1f} ms each), {kinds.total():,} findings")
    say(": " + ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items())) + "\n" if kinds else "\n")
    return kinds.total()


def daily(database: Database, *, say: Say) -> int:
    """Recompute every daily statement; gives the number of days that differ and names the first."""
    checked = differing = 0
    with database.reading() as session:
        for each in statements.verify(session):
            checked += 1
            if each.differs:
                differing += 1
                first = "the first day that differs: " if differing == 1 else ""
                say(f"{first}{each.day}: {', '.join(each.differs)}\n")
    say(f"{checked:,} statements checked, {differing:,} differ\n")
    return differing


def _line(database: Database, finding: Finding) -> str:
    with database.reading() as session:
        holder = queries.number_of(session, finding.holder)
    place = f"{finding.clock or 'all clocks'} round {finding.round}" + (f" {finding.level}" if finding.level else "")
    return f"{holder}  {place}: {finding.problem}, expected {finding.expected or '-'}, found {finding.found or '-'}"
