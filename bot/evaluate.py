"""`python -m bot.evaluate FILE.jsonl`: how well the trained assistant tells apart what customers want.

Rows: `{"lang", "text", "expected_kind", "expected_category"}`. The decision measured is the running assistant's own
for a message that answers no question: the intent set by `bot.decision.decide`, seen as a kind (`bot.decision.kind_of`).
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.decision import kind_of
from bot.model import MODEL
from bot.quiet import keep_quiet

KINDS = ("faq", "complaint", "ticket_status", "handoff", "survey", "oos", "chitchat", "compliance_refusal")
CONFUSIONS_SHOWN = 15


@dataclass(frozen=True)
class Judged:
    """One row with what the assistant took it for."""

    lang: str
    text: str
    expected: str
    kind: str
    expected_category: str | None
    category: str | None

    @property
    def right(self) -> bool:
        """Whether the kind is the expected one."""
        return self.kind == self.expected


def main() -> int:
    """Prints the tables and, as the last line, the accuracy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list every row that was taken for something else")
    arguments = parser.parse_args()
    if not MODEL.is_file():
        sys.exit("there is no trained assistant: run make train")
    lines = arguments.file.read_text(encoding="utf-8").splitlines()
    rows = judge([json.loads(line) for line in lines if line.strip()])
    print_kinds(rows)
    print_categories(rows)
    print_confusions(rows)
    for row in rows if arguments.wrong else []:
        if not row.right:
            print(f"  {row.expected} taken for {row.kind}: {row.text}")
    right = sum(row.right for row in rows)
    print(f"accuracy {right / max(len(rows), 1):.3f} ({right}/{len(rows)})")
    return 0


def judge(rows: list[dict[str, Any]]) -> list[Judged]:
    """Each row with the trained model's verdict, in this process."""
    keep_quiet()
    from rasa.core.agent import load_agent
    from rasa.core.channels.channel import UserMessage

    async def run() -> list[Judged]:
        agent = await load_agent(model_path=str(MODEL))
        assert agent.processor is not None
        judged = []
        for row in rows:
            message = UserMessage(row["text"], metadata={"language": row["lang"]})
            parsed = await agent.processor.parse_message(message)
            kind = kind_of(parsed["intent_unasked"]["name"])
            category = (parsed.get("complaint_category") or {}).get("name")
            expected = row.get("expected_category")
            judged.append(Judged(row["lang"], row["text"], row["expected_kind"], kind, expected, category))
        return judged

    return asyncio.run(run())


def print_kinds(rows: list[Judged]) -> None:
    """Right and all, per kind and language."""
    languages = sorted({row.lang for row in rows}, reverse=True)
    print(f"{'kind':<20}" + "".join(f"{language:>16}" for language in [*languages, "all"]))
    for kind in KINDS:
        cells = [score([r for r in rows if r.expected == kind and r.lang == language]) for language in languages]
        print(
            f"{kind:<20}" + "".join(f"{cell:>16}" for cell in [*cells, score([r for r in rows if r.expected == kind])])
        )


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


if __name__ == "__main__":
    sys.exit(main())
