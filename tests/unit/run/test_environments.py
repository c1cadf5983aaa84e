"""The set-up's plan, the checks of the machine, and the Makefile's own promises."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ticketing.run import environments
from ticketing.run.environments import CannotBuild

ROOT = Path(__file__).resolve().parents[3]


def names(root: Path, *, tests: bool) -> list[list[str]]:
    """The planned stages by row."""
    return [[stage.name for stage in row] for row in environments.plan(root, tests=tests)]


def test_a_bare_checkout_gets_both_environments_and_the_front_end(tmp_path: Path) -> None:
    assert names(tmp_path, tests=False) == [
        ["web environment, new", "web environment"],
        ["assistant environment, new", "assistant environment"],
        ["front-end packages"],
    ]


def test_environments_that_exist_are_not_made_anew(tmp_path: Path) -> None:
    for folder in (".venv", ".venv-bot"):
        (tmp_path / folder / "bin").mkdir(parents=True)
        (tmp_path / folder / "bin" / "python").touch()

    assert names(tmp_path, tests=True) == [
        ["web environment", "test tools"],
        ["assistant environment", "assistant test tools"],
        ["front-end packages"],
    ]


def test_the_assistants_set_is_installed_as_listed_and_the_web_set_is_resolved(tmp_path: Path) -> None:
    commands = {stage.name: stage.commands[0] for row in environments.plan(tmp_path, tests=False) for stage in row}

    assert "--no-deps" in commands["assistant environment"]
    assert "--no-deps" not in commands["web environment"]


def test_another_python_is_refused_with_what_to_do() -> None:
    with pytest.raises(CannotBuild, match=r"Python 3\.11 is needed and this is 3\.13: make PYTHON="):
        environments.check_python((3, 13))


def test_a_machine_without_node_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotBuild, match="Node 20"):
        environments.check_node()


def test_an_old_node_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotBuild, match=r"this is v18\.19\.0"):
        environments.check_node()


def test_make_help_lists_the_promised_commands() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for name in (
        "run",
        "test",
        "help",
        "train",
        "nlu-eval",
        "bench-nlu",
        "load",
        "setup",
        "lint",
        "migration",
        "clean",
    ):
        assert f"make {name} " in said


def test_make_without_python_3_11_says_what_is_missing() -> None:
    made = subprocess.run(["make", "run", "PYTHON=python3.99"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert made.returncode != 0
    assert "Python 3.11 is needed" in made.stdout
