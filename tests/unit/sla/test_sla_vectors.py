"""Facts gathered from other products' test suites, and the command which checks them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ticketing.sla.__main__ import main
from ticketing.sla.vectors import run_file

FILE = Path(__file__).with_name("sla-vectors.json")


@pytest.mark.parametrize("outcome", run_file(FILE), ids=lambda outcome: outcome.id)
def test_engine_agrees_with_a_gathered_fact(outcome: object) -> None:
    assert outcome.passed, outcome  # type: ignore[attr-defined]


def test_the_command_counts_what_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", str(FILE)]) == 0
    assert capsys.readouterr().out == "59 passed, 0 failed\n"


def test_the_command_prints_failures_and_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    content["vectors"] = content["vectors"][:3]
    content["vectors"][0]["expected"] = "2024-01-17 12:00:01"
    content["vectors"][1]["calendar"] = "no such"
    (tmp_path / "wrong.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["vectors", str(tmp_path / "wrong.json")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FAILED CW1: expected 2024-01-17 12:00:01+00:00, got 2024-01-17 12:00:00+00:00"
    assert lines[1].startswith("FAILED CW3:")
    assert lines[-1] == "1 passed, 2 failed"
