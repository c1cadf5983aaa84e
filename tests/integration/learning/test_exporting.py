"""What was taught reaches the next training, but nothing that measures the assistant does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ticketing.learning import collecting, exporting
from ticketing.learning.models import LearnedUtterance
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

Rows = list[tuple[str, str]]


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    """An evaluation set with one text."""
    folder = tmp_path / "evaluation"
    folder.mkdir()
    row = {"language": "zh", "text": "上次那个单子，有信儿没？", "turns": [{"say": "帮我催一催呗"}]}
    (folder / "kinds.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    return folder


def teach(database: Database, clock: FixedClock, rows: Rows) -> None:
    with database.transaction() as session:
        for text, intent in rows:
            session.add(
                LearnedUtterance(
                    digest=collecting.digest(text), language="zh", text=text, intent=intent, accepted_at=clock.now()
                )
            )


def export(database: Database, path: Path, evaluation: Path) -> exporting.Exported:
    with database.reading() as session:
        return exporting.export(session, path=path, evaluation=evaluation)


def test_examples_are_written_as_rasa_reads_them_and_the_same_bytes_again(
    database: Database, clock: FixedClock, tmp_path: Path, evaluation: Path
) -> None:
    teach(database, clock, [("我那个单子弄到哪了呀", "ask_ticket_status"), ("讲个睡前故事嘛", "out_of_scope")])
    path = tmp_path / "var" / "learned.yml"
    done = export(database, path, evaluation)
    assert (done.written, done.changed) == (2, True)
    first = path.read_bytes()
    assert [item["intent"] for item in yaml.safe_load(first)["nlu"]] == ["ask_ticket_status", "out_of_scope"]
    assert not export(database, path, evaluation).changed
    assert path.read_bytes() == first


def test_a_text_of_an_evaluation_set_is_refused_however_it_is_written(
    database: Database, clock: FixedClock, tmp_path: Path, evaluation: Path
) -> None:
    teach(database, clock, [("上次那个单子有信儿没", "ask_ticket_status"), ("帮我催一催呗！", "ask_ticket_status")])
    done = export(database, tmp_path / "learned.yml", evaluation)
    assert (done.written, len(done.measured)) == (0, 2)
    assert not (tmp_path / "learned.yml").exists()


def test_what_is_trained_on_already_is_not_written_twice(
    database: Database, clock: FixedClock, tmp_path: Path, evaluation: Path
) -> None:
    teach(database, clock, [("投诉进度查询", "ask_ticket_status")])
    done = export(database, tmp_path / "learned.yml", evaluation)
    assert (done.written, done.known) == (0, 1)


def test_without_examples_the_file_goes(database: Database, tmp_path: Path, evaluation: Path) -> None:
    path = tmp_path / "learned.yml"
    path.write_text("version: '3.1'\n", encoding="utf-8")
    assert export(database, path, evaluation).changed
    assert not path.exists()
