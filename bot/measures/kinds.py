"""Kinds: whether the assistant tells apart what customers want, and of which class a complaint is.

Rows: `{"language", "text", "expected_kind", "expected_category"}`. The decision measured is the running assistant's own
for a message that answers no question: `intent_unasked` seen as a kind (`bot.decision.kind_of`).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.decision import kind_of

FIELD = "expected_kind"
KINDS = ("faq", "complaint", "situation", "ticket_status", "handoff", "survey", "oos", "chitchat", "compliance_refusal")
CONFUSIONS_SHOWN = 15


@dataclass(frozen=True)
class Judged:
    """One row with what the assistant took it for."""

    language: str
    text: str
    expected: str
    kind: str
    expected_category: str | None
    category: str | None

    @property
    def right(self) -> bool:
        """Whether the kind is the expected one."""
        return self.kind == self.expected


def report(rows: list[dict[str, Any]], parsed: list[dict[str, Any]], *, wrong: bool) -> None:
    """Prints the tables and, as the last line, the accuracy."""
    judged = [judge(row, verdict) for row, verdict in zip(rows, parsed, strict=True)]
    print_kinds(judged)
    print_categories(judged)
    print_confusions(judged)
    for one in judged if wrong else []:
        if not one.right:
            print(f"  {one.expected} taken for {one.kind}: {one.text}")
    right = sum(one.right for one in judged)
    print(f"accuracy {right / max(len(judged), 1):.3f} ({right}/{len(judged)})")


def judge(row: dict[str, Any], verdict: dict[str, Any]) -> Judged:
    """A row beside the model's verdict on it."""
    kind = kind_of(verdict["intent_unasked"]["name"])
    category = (verdict.get("complaint_category") or {}).get("name")
    return Judged(row["language"], row["text"], row[FIELD], kind, row.get("expected_category"), category)


def print_kinds(rows: list[Judged]) -> None:
    """Right and all, per kind and language."""
    languages = sorted({row.language for row in rows}, reverse=True)
    print(f"{'kind':<20}" + "".join(f"{language:>16}" for language in [*languages, "all"]))
    for kind in KINDS:
        of_kind = [row for row in rows if row.expected == kind]
        cells = [score([row for row in of_kind if row.language == language]) for language in languages]
        print(f"{kind:<20}" + "".join(f"{cell:>16}" for cell in [*cells, score(of_kind)]))


def score(rows: list[Judged]) -> str:
    """`0.95 (19/20)`, or a dash for no rows."""
    right = sum(row.right for row in rows)
    return f"{right / len(rows):.2f} ({right}/{len(rows)})" if rows else "-"


def print_categories(rows: list[Judged]) -> None:
    """How often the class of a complaint is right, among rows that have one."""
    labelled = [row for row in rows if row.expected_category]
    right = sum(row.category == row.expected_category for row in labelled)
    if labelled:
        print(f"\ncomplaint category {right / len(labelled):.3f} ({right}/{len(labelled)})")
    pairs = Counter((r.expected_category, r.category) for r in labelled if r.category != r.expected_category)
    for (expected, taken), count in pairs.most_common(6):
        print(f"  {count:>3}  {expected} taken for {taken}")


def print_confusions(rows: list[Judged]) -> None:
    """Which kinds are taken for which, most often first."""
    pairs = Counter((row.expected, row.kind) for row in rows if not row.right)
    print("\nconfusions")
    for (expected, taken), count in pairs.most_common(CONFUSIONS_SHOWN):
        print(f"  {count:>3}  {expected} taken for {taken}")
    print()
