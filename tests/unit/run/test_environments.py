"""The set-up's plan, the checks of the machine, and the Makefile's own promises."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ticketing.run import environments
from ticketing.run.environments import CannotBuild
from ticketing.run.stages import Stage

ROOT = Path(__file__).resolve().parents[3]


def names(root: Path, *, tests: bool) -> list[list[str]]:
    """The planned stages by row."""
    return [[stage.name for stage in row] for row in environments.plan(root, tests=tests)]


def test_a_bare_checkout_gets_both_environments_and_the_front_end(tmp_path: Path) -> None:
    assert names(tmp_path, tests=False) == [
        ["web environment, new", "web environment", "English model", "encoders"],
        ["assistant environment, new", "assistant environment"],
        ["front-end packages", "chat widget"],
    ]


def test_environments_that_exist_are_not_made_anew(tmp_path: Path) -> None:
    for folder in (".venv", ".venv-bot"):
        (tmp_path / folder / "bin").mkdir(parents=True)
        (tmp_path / folder / "bin" / "python").touch()

    assert names(tmp_path, tests=True) == [
        ["web environment", "English model", "encoders", "test tools"],
        ["assistant environment", "assistant test tools"],
        ["front-end packages", "chat widget"],
    ]


def test_the_assistants_set_is_installed_as_listed_and_the_web_set_is_resolved(tmp_path: Path) -> None:
    commands = {stage.name: stage.commands[0] for row in environments.plan(tmp_path, tests=False) for stage in row}

    assert "--no-deps" in commands["assistant environment"]
    assert "--no-deps" not in commands["web environment"]
    assert "--no-deps" in commands["English model"]


def checkout(root: Path) -> Path:
    """The files from which the chat widget is bundled; gives one of its modules."""
    module = root / "web" / "widget" / "src" / "kesu.js"
    module.parent.mkdir(parents=True)
    for file in (module, root / "web" / "widget" / "build.mjs", root / "web" / "package-lock.json"):
        file.write_text("as it was")
    return module


def widget(root: Path) -> Stage:
    """The stage that bundles the chat widget."""
    [stage] = [stage for row in environments.plan(root, tests=False) for stage in row if stage.name == "chat widget"]
    return stage


def built(stage: Stage) -> None:
    """Leave the stage's stamp, as a run of it does."""
    assert stage.stamp is not None
    stage.stamp.parent.mkdir(parents=True, exist_ok=True)
    stage.stamp.write_text(stage.fingerprint())


def test_the_widget_is_bundled_again_when_one_of_its_modules_changes(tmp_path: Path) -> None:
    module = checkout(tmp_path)
    built(widget(tmp_path))
    assert widget(tmp_path).is_done()

    module.write_text("changed")

    assert not widget(tmp_path).is_done()


def test_a_module_more_is_a_change_too(tmp_path: Path) -> None:
    module = checkout(tmp_path)
    built(widget(tmp_path))

    module.with_name("cards.js").write_text("new")

    assert not widget(tmp_path).is_done()


def test_what_stands_after_an_unbuilt_stage_is_looked_at_again(tmp_path: Path) -> None:
    checkout(tmp_path)
    built(widget(tmp_path))
    unbuilt = Stage("front-end packages", [])

    assert environments.unbuilt([unbuilt, widget(tmp_path)]) == [unbuilt, widget(tmp_path)]
    assert environments.unbuilt([widget(tmp_path), unbuilt]) == [unbuilt]


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
