"""The commands of docker-compose.yml, started for real: each comes as far as it can without the other containers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Settings of a process that finds its database and broker in the test's folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KESU_")}
    return clean | {
        "KESU_DATABASE_URL": f"sqlite:///{tmp_path}/kesu.sqlite3",
        "KESU_BROKER_URL": f"sqla+sqlite:///{tmp_path}/broker.sqlite3",
        "KESU_MAIL_DIR": str(tmp_path / "mail"),
        "KESU_SECRET_KEY": "s" * 40,
        "KESU_DATA_KEYS": "1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "KESU_BOT_SECRET": "b" * 40,
        "PYTHONUNBUFFERED": "1",
    }


def of(service: str) -> list[str]:
    """A service's command, run by this interpreter."""
    return [sys.executable, "-m", *SERVICES[service]["command"]]


def test_the_web_command_loads_the_application(environ: dict[str, str]) -> None:
    line = of("web")
    checked = subprocess.run(
        [*line[:-1], "--check-config", line[-1]], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr[-2000:]


@pytest.mark.parametrize(("service", "sign"), [("worker", "celery@"), ("beat", "is starting")])
def test_the_celery_commands_start(environ: dict[str, str], tmp_path: Path, service: str, sign: str) -> None:
    line = [word.replace("var/", f"{tmp_path}/") for word in of(service)]
    with subprocess.Popen(
        line, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        guard = threading.Timer(60, started.kill)
        guard.start()
        assert started.stdout is not None
        said = ""
        for text in started.stdout:
            said += text
            if sign in text:
                break
        guard.cancel()
        started.terminate()
        started.stdout.read()

    assert sign in said


@pytest.mark.timeout(600)  # on a fresh machine every asking of the knowledge base is embedded first
def test_the_migration_command_brings_up_a_database_and_loads_the_knowledge(environ: dict[str, str]) -> None:
    shell, option, text = SERVICES["migrate"]["command"]
    done = subprocess.run(
        [shell, option, text.replace("python ", f"{sys.executable} ")],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert "database at" in done.stdout


def test_the_assistants_commands_name_modules_that_exist() -> None:
    assert SERVICES["rasa"]["command"] == ["python", "-m", "bot.serve"]
    assert SERVICES["actions"]["command"][2:5] == ["rasa_sdk", "--actions", "actions"]
    assert (ROOT / "bot" / "serve.py").exists()
    assert (ROOT / "actions" / "__init__.py").exists()
