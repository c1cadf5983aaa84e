"""The commands that fit and measure need neither a database nor its secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ticketing.knowledge import __main__ as command
from ticketing.knowledge import measure, seed


def test_measuring_needs_no_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SECRET_KEY", "DATA_KEYS", "BOT_SECRET"):
        monkeypatch.delenv(f"KESU_{name}", raising=False)
    seen: list[Any] = []
    monkeypatch.setattr(command, "_remember", lambda *_: 0)  # embedding fifteen thousand texts needs none either
    monkeypatch.setattr(command, "Index", lambda entries, _embed: entries)
    monkeypatch.setattr(measure, "run", lambda entries, _embed, _say: seen.extend(entries))
    assert command.main(["measure"]) == 0, capsys.readouterr().err
    assert len(seen) > 100


def test_what_was_embedded_ahead_is_not_embedded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    short = seed.read()[0].model_copy(update={"en": None})
    monkeypatch.setattr(seed, "read", lambda: [short])
    assert short.zh is not None
    for fresh in (True, False):
        assert command.main(["embed"]) == 0
        told = int(capsys.readouterr().out.splitlines()[-1].split()[2])
        assert told > len(short.zh.askings) if fresh else told == 0
