"""The processes, four and one for a trial: what starts them, what they are told, how one sees that they serve."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from ticketing.run.ports import HOST, Ports
from ticketing.run.supervise import Process

# The processes share the cores: the mathematics inside them must not take a thread per core each.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def environment(environ: Mapping[str, str], ports: Ports) -> dict[str, str]:
    """What every process is told: the addresses of the others, unless they are set already."""
    web = f"http://{HOST}:{ports.web}"
    return {
        "KESU_ENV": "development",
        "KESU_PUBLIC_URL": web,
        "KESU_API_URL": web,
        "KESU_RASA_URL": f"http://{HOST}:{ports.rasa}",
        "KESU_ACTIONS_URL": f"http://{HOST}:{ports.actions}/webhook",
        "KESU_CANDIDATE_URL": f"http://{HOST}:{ports.candidate}",
        "KESU_CANDIDATE_PORT": str(ports.candidate),
        "KESU_WEB_PORT": str(ports.web),
        "KESU_RASA_PORT": str(ports.rasa),
        "KESU_ACTIONS_PORT": str(ports.actions),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": HOST,
        **environ,
    }


def processes(root: Path, var: Path, environ: Mapping[str, str], ports: Ports) -> dict[str, Process]:
    """Every process by name; ``candidate`` is the newly trained assistant while it is on trial."""
    bot = str(bot_python(root))
    commands: dict[str, list[str]] = {
        "web": [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:web.gunicorn_settings",
            "web.app:create_app()",
        ],
        "worker": [sys.executable, "-m", "celery", "-A", "ticketing.worker", *_worker_options(var)],
        "rasa": [bot, "-m", "bot.serve"],
        "candidate": [bot, "-m", "bot.serve", "candidate"],
        "actions": [bot, "-m", "rasa_sdk", "--actions", "actions", "--port", str(ports.actions)],
    }
    ready: dict[str, tuple[str, str]] = {
        "web": (f"http://{HOST}:{ports.web}/readyz", ""),
        "worker": ("", r"celery@"),
        "rasa": (f"http://{HOST}:{ports.rasa}/webhooks/kesu/", ""),
        "candidate": (f"http://{HOST}:{ports.candidate}/webhooks/kesu/", ""),
        "actions": (f"http://{HOST}:{ports.actions}/health", ""),
    }
    told = {**_ONE_THREAD, **environ}
    return {name: Process(name, command, told, root, *ready[name]) for name, command in commands.items()}


def _worker_options(var: Path) -> list[str]:
    """Beat and worker in one process: the schedule is short and the tasks are database work."""
    options = ["worker", "-B", "-P", "solo", "--schedule", str(var / "beat-schedule")]
    return [*options, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]


def bot_python(root: Path) -> Path:
    """The assistant's interpreter."""
    return root / ".venv-bot" / "bin" / "python"


def addresses(public_url: str) -> list[tuple[str, str]]:
    """What people open, with the address."""
    return [
        ("Customer demo page   客户演示页", f"{public_url}/demo"),
        ("Agent desk           坐席工作台", f"{public_url}/desk"),
        ("Supervisor           主管看板", f"{public_url}/board"),
        ("API documentation    接口文档", f"{public_url}/api/v1/swagger"),
    ]
