"""``python -m ticketing``: settings, demo data, audit."""

from __future__ import annotations

import argparse
import sys

from ticketing.audit import service as audit
from ticketing.demo import bulk, company
from ticketing.integrity import report
from ticketing.platform import crypto, log
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings, SettingsError, table


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "settings":
        sys.stdout.write(table() + "\n")
        return 0
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    log.configure(settings.log_level)
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    database = Database(settings.database_url)
    return _audit(options.action, database) if options.command == "audit" else _demo(options, settings, database)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticketing")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("settings", help="print the table of settings")
    audit_command = commands.add_parser("audit", help="check the audit log, the promises or the daily statements")
    audit_command.add_argument(
        "action",
        choices=["verify", "promises", "statements"],
        help="verify: the audit log's chain; promises: what is armed against the logs; statements: each day again",
    )
    demo = commands.add_parser("demo", help="load the demo company (never in production)")
    demo.add_argument("--tickets", type=int, default=0, metavar="N", help="add N made-up tickets in bulk")
    demo.add_argument("--sign-ins", action="store_true", help="only print who can sign in")
    return parser


def _audit(action: str, database: Database) -> int:
    if action == "promises":
        return 1 if report.promises(database, clock=SystemClock(), say=sys.stdout.write) else 0
    if action == "statements":
        return 1 if report.daily(database, say=sys.stdout.write) else 0
    return _verify(database)


def _verify(database: Database) -> int:
    with database.reading() as session:
        verdict = audit.verify(session)
    sys.stdout.write(f"{verdict.checked} entries checked, {verdict.unsealed} not sealed yet\n")
    if verdict.first_bad is not None:
        sys.stdout.write(f"the chain breaks at entry {verdict.first_bad}\n")
        return 1
    sys.stdout.write("the chain is whole\n")
    return 0


def _demo(options: argparse.Namespace, settings: Settings, database: Database) -> int:
    if settings.production:
        sys.stderr.write("The demo company is never loaded in production (KESU_ENV=production).\n")
        return 2
    if not options.sign_ins:
        made = company.load(database, settings=settings, clock=SystemClock())
        sys.stdout.write(f"demo company: {made} tickets loaded\n" if made else "demo company: already there\n")
        if options.tickets:
            bulk.load(database, clock=SystemClock(), count=options.tickets, say=sys.stdout.write)
    for person in company.COMPANY["staff"]:
        sys.stdout.write(
            f"  {person['login']:<14} {company.COMPANY['password']:<16} {person['role']:<12} {person['name']}\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
