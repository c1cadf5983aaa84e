"""`python -m bot.evaluate FILE.jsonl`: measures the trained assistant on labelled rows.

What is measured follows from the rows' fields: kinds, refusals, amounts and times (`bot/measures`), or several of them. Each row passes
the trained model as a customer's message would, and the running assistant's own decision is what counts.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.measures import amounts, kinds, refusals
from bot.model import MODEL
from bot.quiet import keep_quiet

MEASURES = (kinds, refusals, amounts)


def main() -> int:
    """Prints the tables of the measures that fit the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list every row that was judged otherwise than labelled")
    arguments = parser.parse_args()
    if not MODEL.is_file():
        sys.exit("there is no trained assistant: run make train")
    lines = arguments.file.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    measures = [m for m in MEASURES if rows and all(m.FIELD in row for row in rows)]
    if not measures:
        sys.exit(f"{arguments.file}: every row needs one of the fields {', '.join(m.FIELD for m in MEASURES)}")
    parsed = parse(rows)
    for measure in measures:
        measure.report(rows, parsed, wrong=arguments.wrong)
    return 0


def parse(rows: list[dict[str, Any]], model: Path = MODEL) -> list[dict[str, Any]]:
    """A trained model's verdict on each row, in this process."""
    keep_quiet()
    from rasa.core.agent import load_agent
    from rasa.core.channels.channel import UserMessage

    async def run() -> list[dict[str, Any]]:
        agent = await load_agent(model_path=str(model))
        assert agent.processor is not None
        metadata = [{"language": row["language"], **amounts.NOW} for row in rows]
        messages = [UserMessage(row["text"], metadata=known) for row, known in zip(rows, metadata, strict=True)]
        return [dict(await agent.processor.parse_message(message)) for message in messages]

    return asyncio.run(run())


if __name__ == "__main__":
    sys.exit(main())
