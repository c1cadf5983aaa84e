"""The table of steps as a page: ``python -m ticketing.tickets.process`` writes it into docs/process.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ticketing.tickets import rules, wording
from ticketing.tickets.rules import OPEN, Status, Transition

BEGIN, END = "<!-- steps: begin -->", "<!-- steps: end -->"
PAGE = Path(__file__).parents[2] / "docs" / "process.md"


def table() -> str:
    """All rows of the table in Markdown."""
    lines = ["| step | from | to | who | needs |", "|---|---|---|---|---|"]
    for rows in rules.TRANSITIONS.values():
        lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _line(row: Transition) -> str:
    target = f"`{row.target}`" if row.target else "stays"
    needs = ", ".join(wording.name("content", name, "en") for name in row.needs) or "–"
    return f"| `{row.step}` | {_statuses(row.sources)} | {target} | {', '.join(sorted(row.who))} | {needs} |"


def _statuses(found: Iterable[Status]) -> str:
    found = frozenset(found)
    if found == frozenset(Status):
        return "any"
    if found == OPEN:
        return "any open"
    return ", ".join(f"`{status}`" for status in Status if status in found)


def write(page: Path = PAGE) -> None:
    """Put the table between its marks."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
