"""Stages: run when their inputs changed, say what went wrong, leave no half-truth behind."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from ticketing.run import stages
from ticketing.run.console import Console, elapsed
from ticketing.run.stages import Stage, StageFailed


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    """An input file."""
    path = tmp_path / "requirements.txt"
    path.write_text("flask==3.1.3\n")
    return path


def python(code: str) -> list[str]:
    """A command that runs a Python one-liner."""
    return [sys.executable, "-c", code]


def stage(pins: Path, code: str = "print('done')") -> Stage:
    """A stage with one input and a stamp."""
    return Stage("web environment", [python(code)], inputs=[pins], stamp=pins.with_name("stamp"))


def run(stage: Stage, folder: Path) -> tuple[bool, str]:
    """Run a stage; whether it ran, and what the console said."""
    said = io.StringIO()
    return stages.run(stage, Console(said), folder / "log"), said.getvalue()


def test_a_stage_runs_once_and_then_only_when_its_input_changes(pins: Path, tmp_path: Path) -> None:
    ran = [run(stage(pins), tmp_path)[0], run(stage(pins), tmp_path)[0]]
    pins.write_text("flask==3.1.4\n")
    ran.append(run(stage(pins), tmp_path)[0])

    assert ran == [True, False, True]


def test_a_new_time_on_the_same_content_runs_nothing(pins: Path, tmp_path: Path) -> None:
    run(stage(pins), tmp_path)
    pins.write_text(pins.read_text())

    assert run(stage(pins), tmp_path)[0] is False


def test_a_stage_without_stamp_runs_every_time(tmp_path: Path) -> None:
    always = Stage("database", [python("print('database at 1f')")])

    assert [run(always, tmp_path)[0] for _ in range(2)] == [True, True]


def test_a_failure_names_stage_command_code_last_lines_and_log(pins: Path, tmp_path: Path) -> None:
    with pytest.raises(StageFailed) as failure:
        run(stage(pins, "import sys; print('No matching distribution'); sys.exit(3)"), tmp_path)

    for part in ("web environment failed", "exit code 3", "No matching distribution", "web-environment.log"):
        assert part in str(failure.value)


def test_a_failed_stage_is_run_again_even_if_an_earlier_one_was_done(pins: Path, tmp_path: Path) -> None:
    run(stage(pins), tmp_path)
    failing = stage(pins, "raise SystemExit(1)")
    with pytest.raises(StageFailed):
        run(failing, tmp_path)

    assert not stage(pins).is_done()


def test_commands_after_a_failed_one_are_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    two = Stage("front end", [python("raise SystemExit(1)"), python(f"open({str(mark)!r}, 'w')")])

    with pytest.raises(StageFailed):
        run(two, tmp_path)

    assert not mark.exists()


def test_rows_run_beside_each_other(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(mark)!r}).exists(): time.sleep(0.01)"
    rows = [[Stage("web", [python(waits)])], [Stage("assistant", [python(f"open({str(mark)!r}, 'w')")])]]

    stages.run_rows(rows, Console(io.StringIO()), tmp_path / "log")

    assert mark.exists()


def test_a_failure_stops_what_runs_beside_it_and_begins_nothing_more(tmp_path: Path) -> None:
    mark, said = tmp_path / "mark", io.StringIO()
    endless = Stage("web", [python("import time; time.sleep(3600)")])
    rows = [[endless, Stage("tools", [python(f"open({str(mark)!r}, 'w')")])], [Stage("assistant", [python("1 / 0")])]]

    with pytest.raises(StageFailed, match="assistant failed"):
        stages.run_rows(rows, Console(said), tmp_path / "log")

    assert not mark.exists()
    assert "✗ web" in said.getvalue()


def test_the_step_ends_with_its_last_line_and_the_log_has_every_line(pins: Path, tmp_path: Path) -> None:
    _, said = run(stage(pins, r"print('one'); print('\x1b[32mtwo (from -r x.txt (line 3))\x1b[0m')"), tmp_path)

    assert said.startswith("✓ web environment")
    assert said.rstrip().endswith("two")
    assert (tmp_path / "log" / "web-environment.log").read_text().splitlines()[0] == "one"


@pytest.mark.parametrize(("seconds", "text"), [(0.44, "0.4 s"), (12.4, "12 s"), (127, "2:07")])
def test_times_are_short(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("Collecting torch==2.13.0 (from -r ticketing/requirements.txt (line 44))", "Collecting torch==2.13.0"),
        ("Installing collected packages: a, b, c", "Installing 3 packages"),
        ("Successfully installed a-1 b-2", "Successfully installed 2 packages"),
        ("  Found existing installation: setuptools 65.5.0", ""),
    ],
)
def test_pips_lines_are_made_short(tmp_path: Path, line: str, note: str) -> None:
    _, said = run(Stage("packages", [python(f"print({line!r})")]), tmp_path)

    assert said.split(" s  ")[-1].strip() == note or (not note and said.rstrip().endswith(" s"))
