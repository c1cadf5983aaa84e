"""`make setup`: the two Python environments from their pinned files, and the front-end packages. Standard library only.

    python3.11 -m ticketing.run.environments          what `make run` needs
    python3.11 -m ticketing.run.environments --tests  the test tools too
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ticketing.run import stages
from ticketing.run.console import Console
from ticketing.run.stages import Stage, StageFailed

ROOT = Path(__file__).resolve().parents[2]
NODE_MAJOR = 20


class CannotBuild(Exception):
    """Something this machine must have is missing; the text says what to install."""


def python_stages(root: Path, *, tests: bool) -> list[Stage]:
    """The stages that build `.venv` (web, worker) and `.venv-bot` (rasa, actions).

    The assistant's set is installed without dependency resolution: Rasa's metadata excludes Python 3.11, on which it runs
    with exactly these versions.
    """
    forced = ("--no-deps", "--ignore-requires-python")
    plan = [
        ("web environment", ".venv", "ticketing/requirements.txt", ()),
        ("assistant environment", ".venv-bot", "bot/requirements.txt", forced),
    ]
    if tests:
        plan += [
            ("test tools", ".venv", "tests/requirements.txt", ()),
            ("assistant test tools", ".venv-bot", "tests/conversations/requirements.txt", forced),
        ]
    return [_environment(root, name, folder, root / file, options) for name, folder, file, options in plan]


def _environment(root: Path, name: str, folder: str, requirements: Path, options: tuple[str, ...]) -> Stage:
    python = root / folder / "bin" / "python"
    create = [] if python.exists() else [[sys.executable, "-m", "venv", str(root / folder)]]
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    install = [*pip, *options, "-r", str(requirements)]
    stamp = root / folder / f".installed-{requirements.parent.name}"
    return Stage(name, [install], inputs=[requirements], stamp=stamp), create  # type: ignore[return-value]


def front_end_stages(root: Path) -> list[Stage]:
    """The stage that installs the npm packages, exactly as locked, and puts what the pages load where they are served."""
    web = root / "web"
    commands = [
        [_npm(), "ci", "--prefix", str(web), "--no-audit", "--no-fund", "--ignore-scripts"],
        [sys.executable, str(web / "vendor.py")],
    ]
    inputs = [web / "package.json", web / "package-lock.json", web / "vendor.py"]
    return [Stage("front-end packages", commands, inputs=inputs, stamp=web / "static" / "vendor" / ".installed")]
