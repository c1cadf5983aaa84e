"""`python -m ticketing.sla vectors FILE.json`: check the engine against gathered facts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ticketing.sla.vectors import run_file


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when every vector passed."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.sla", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors", help="check the engine against a file of vectors")
    vectors.add_argument("file", type=Path)
    outcomes = run_file(parser.parse_args(arguments).file)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"FAILED {outcome.id}: expected {outcome.expected}, got {outcome.got}")
    print(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
