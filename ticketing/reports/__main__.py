"""``python -m ticketing.reports``: how good the forecast was, how often alerts cry wolf, and the tally anew.

backtest [--days 28]   forecast each of the last days as it would have been made, and compare with what came
alarms [--days 365]    a made-up year of chance alone: how many alerts it raises
recount                make the tally of tickets by the hour anew from all tickets
"""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

from ticketing import tables  # noqa: F401  every table must be known before the first session
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings, SettingsError
from ticketing.reports import false_alarms, forecast, tally
from ticketing.reports.forecast_rules import Error


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.reports")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("backtest", help="the forecast's error").add_argument("--days", type=int, default=28)
    alarms = commands.add_parser("alarms", help="false alarms in made-up years")
    alarms.add_argument("--days", type=int, default=365)
    alarms.add_argument("--daily", type=float, default=120.0, metavar="N", help="complaints a day on average")
    commands.add_parser("recount", help="make the tally anew")
    options = parser.parse_args(arguments)
    if options.command == "alarms":
        return _alarms(options.days, options.daily)
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    database = Database(settings.database_url)
    if options.command == "recount":
        with database.transaction() as session:
            sys.stdout.write(f"{tally.recount(session)} tickets tallied\n")
        return 0
    return _backtest(database, options.days, ZoneInfo(settings.time_zone))


def _backtest(database: Database, days: int, zone: ZoneInfo) -> int:
    with database.reading() as session:
        ours, naive = forecast.backtest(session, until=SystemClock().now(), days=days, zone=zone)
    if not ours.hours:
        sys.stdout.write("no history to test on\n")
        return 1
    sys.stdout.write(f"{ours.hours} hours of {days} days, each day forecast at its midnight\n")
    for name, error in (("this forecast", ours), ("same hour a week before", naive)):
        sys.stdout.write(_line(name, error))
    return 0


def _line(name: str, error: Error) -> str:
    return (
        f"{name:<24} {error.per_hour:6.2f} tickets off an hour, {error.days_percent:5.1f} % off a day, "
        f"bias {error.bias_percent:+5.1f} %, {error.in_band:5.1f} % of hours in the 80 % band\n"
    )


def _alarms(days: int, daily: float) -> int:
    found = false_alarms.simulate(days=days, daily=daily, seed=2026)
    sys.stdout.write(
        f"{days} days of chance alone, {daily:.0f} complaints a day, {found.subjects} subjects, {found.looks} looks\n"
        f"volume alerts {found.volume}, share alerts {found.share}: "
        f"{365 * (found.volume + found.share) / days:.1f} false alarms a year\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
