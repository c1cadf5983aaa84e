"""`make run`: prepare what must be prepared, start everything, say where it is, stop together.

    python -m ticketing.run                     everything
    python -m ticketing.run --only web,worker   some of the processes
    python -m ticketing.run --env-file FILE     settings from a file (what is set in the environment wins)

Exit codes: 0 stopped on request, 1 a step or a process failed, 2 it could not begin (a port, a setting), 130 stopped while preparing.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from os import environ as os_environ
from pathlib import Path

from ticketing.platform.settings import Settings, SettingsError
from ticketing.run import assistants, environments, ports, processes, secret_file, stages, supervise
from ticketing.run.console import Console, pad
from ticketing.run.stages import Stage, StageFailed

ROOT = environments.ROOT
ALL = ("web", "worker", "rasa", "actions")


def preparation(root: Path, environ: Mapping[str, str], names: Sequence[str]) -> list[Stage]:
    """What must be true before the named processes start. Each command decides itself whether there is something to do."""
    here, bot = [sys.executable, "-m"], [str(processes.bot_python(root)), "-m"]
    commands: list[tuple[str, list[str]]] = []
    if {"web", "worker"} & set(names):
        commands.append(("database", [*here, "ticketing.run.migrate", "upgrade"]))
        commands.append(("knowledge base", [*here, "ticketing.knowledge", "load"]))
        if environ["KESU_ENV"] != "production":
            commands.append(("demo company", [*here, "ticketing", "demo"]))
    if "rasa" in names:
        if {"web", "worker"} & set(names):
            commands.append(("taught examples", [*here, "ticketing.learning", "export"]))
        commands.append(("assistant's training", [*bot, "bot.train"]))
    return [Stage(name, [command], environ=environ, cwd=root) for name, command in commands]


def announce(console: Console, environ: Mapping[str, str], var: Path) -> None:
    """Print where everything is and, for the demo company, who may sign in."""
    console.line("\nKesu 客诉 is running 已启动\n")
    for label, address in processes.addresses(environ["KESU_PUBLIC_URL"]):
        console.line(f"  {pad(label, 36)}{address}")
    if environ["KESU_ENV"] != "production":
        said = subprocess.run(
            [sys.executable, "-m", "ticketing", "demo", "--sign-ins"],
            env=dict(environ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        console.line(
            "\n" + (said.stdout.rstrip() if said.returncode == 0 else "  The demo sign-ins could not be read.")
        )
    console.line(f"\nLogs: {var / 'log'} · Ctrl-C stops everything\n")


def start(names: Sequence[str], console: Console, *, var: Path, given: Path | None, prepare: bool) -> int:
    """Prepare and run the named processes; gives the exit code."""
    base = secret_file.environment(os_environ, var=var, given=given)
    where = ports.Ports.from_environment(base)
    environ = processes.environment(base, where)
    settings = Settings.from_environment(environ)
    where.check([*names, *(["candidate"] if "rasa" in names and settings.canary_share else [])])
    if prepare:
        for stage in preparation(ROOT, environ, names):
            stages.run(stage, console, var / "log")
    known = processes.processes(ROOT, var, environ, where)
    tended = assistants.Assistants(
        settings=settings,
        models=ROOT / "bot" / "models",
        candidate=known["candidate"],
        promote=[str(processes.bot_python(ROOT)), "-m", "bot.promote"],
        environ=environ,
    )
    supervisor = supervise.Supervisor(
        [known[name] for name in ALL if name in names],
        console,
        var / "log",
        tend=tended.tend if "rasa" in names else None,
    )
    return supervisor.run(lambda: announce(console, environ, var) if "web" in names else None)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.run", description="Run Kesu on this machine.")
    parser.add_argument("--only", default=",".join(ALL), help="processes to run, comma-separated: " + ", ".join(ALL))
    parser.add_argument("--env-file", type=Path, help="a file of NAME=value lines")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="where secrets and logs are kept (var/)")
    parser.add_argument("--no-prepare", action="store_true", help="start at once: no migration, training or loading")
    options = parser.parse_args(arguments)
    names = options.only.split(",")
    if unknown := set(names) - set(ALL):
        parser.error(f"no such process: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    # Also SIGINT: a shell starts background jobs with it ignored.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        return start(
            names, Console(), var=options.var.resolve(), given=options.env_file, prepare=not options.no_prepare
        )
    except (SettingsError, ports.PortTaken, ValueError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except StageFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped while preparing; the next run goes on where this one was.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
