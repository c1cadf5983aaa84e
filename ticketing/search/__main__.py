"""``python -m ticketing.search rebuild|status``."""

from __future__ import annotations

import argparse
import sys

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.platform import crypto, log
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings, SettingsError
from ticketing.search import service
from ticketing.search.models import KINDS


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.search")
    commands = parser.add_subparsers(dest="command", required=True)
    rebuild = commands.add_parser("rebuild", help="read everything again and index it; searches go on meanwhile")
    rebuild.add_argument("--kind", choices=KINDS, action="append", help="only this kind (may be given more than once)")
    commands.add_parser("status", help="how many entries there are, and how many changes wait")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log.configure(settings.log_level)
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    database = Database(settings.database_url)
    if options.command == "rebuild":
        service.rebuild(database, kinds=options.kind or KINDS, say=sys.stdout.write)
    with database.reading() as session:
        for name, count in service.standing(session).items():
            sys.stdout.write(f"{name:<10} {count:>12,}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
