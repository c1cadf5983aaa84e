"""``python -m ticketing.care churn [--customers N] [--seed N]``: what the churn hint tells on simulated customers."""

from __future__ import annotations

import argparse

from ticketing.care import simulation


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(prog="ticketing.care")
    churn = parser.add_subparsers(dest="command", required=True).add_parser("churn", help="discrimination, simulated")
    churn.add_argument("--customers", type=int, default=20_000)
    churn.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(simulation.report(given.customers, given.seed))


if __name__ == "__main__":
    main()
