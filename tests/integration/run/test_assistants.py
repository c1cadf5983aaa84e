"""The supervisor follows which model serves and whether one is on trial."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ticketing import tables
from ticketing.learning import trials
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.run.assistants import Assistants
from ticketing.run.supervise import Process

NOTE_ARGUMENTS = "import sys; open('promoted', 'a').write(' '.join(sys.argv[1:]) + '\\n')"


class Host:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def restart(self, name: str) -> None:
        self.did.append(f"restart {name}")

    def start_beside(self, process: Process) -> None:
        self.did.append(f"start {process.name}")

    def stop_beside(self, name: str) -> None:
        self.did.append(f"stop {name}")

    def told(self) -> list[str]:
        """What it was asked since one last looked."""
        did, self.did = self.did, []
        return did


@pytest.fixture
def database(settings: Settings) -> Database:
    made = Database(settings.database_url)
    tables.metadata.create_all(made.engine)
    return made


def card(folder: Path, name: str, fingerprint: str, state: str = "") -> None:
    content = json.dumps({"fingerprint": fingerprint, "state": state})
    (folder / f"{name}_model.json").write_text(content, encoding="utf-8")


def tended(settings: Settings, folder: Path, share: int) -> Assistants:
    return Assistants(
        settings=Settings(**{**settings.__dict__, "canary_share": share}),
        models=folder,
        candidate=Process("candidate", ["true"], {}, folder),
        promote=[sys.executable, "-c", NOTE_ARGUMENTS],
        environ={},
    )


def test_another_model_restarts_the_assistant_once(settings: Settings, database: Database, tmp_path: Path) -> None:
    card(tmp_path, "kesu", "old")
    host, assistants = Host(), tended(settings, tmp_path, 0)
    assistants.tend(host)
    assert host.told() == []
    card(tmp_path, "kesu", "new")
    assistants.tend(host)
    assistants.tend(host)
    assert host.told() == ["restart rasa"]


def test_a_candidate_that_passed_its_gate_begins_its_trial_and_gets_a_process(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    card(tmp_path, "candidate", "new", "ready")
    host, assistants = Host(), tended(settings, tmp_path, 10)
    assistants.tend(host)
    assistants.tend(host)
    assert host.told() == ["start candidate", "start candidate"]
    with database.reading() as session:
        trial = trials.running(session)
        assert trial is not None
        assert (trial.candidate, trial.share) == ("new", 10)


@pytest.mark.parametrize("state", ["new", "refused"])
def test_a_candidate_that_did_not_pass_gets_no_trial(
    settings: Settings, database: Database, tmp_path: Path, state: str
) -> None:
    card(tmp_path, "candidate", "new", state)
    host = Host()
    tended(settings, tmp_path, 10).tend(host)
    assert host.told() == ["stop candidate"]
    with database.reading() as session:
        assert trials.latest(session) is None


@pytest.mark.parametrize(
    ("outcome", "done"), [("promoted", "candidate"), ("rolled_back", "refuse --because worse on trial")]
)
def test_when_the_trial_is_over_the_process_stops_and_the_model_is_promoted_or_refused(
    settings: Settings, database: Database, tmp_path: Path, outcome: str, done: str
) -> None:
    card(tmp_path, "candidate", "new", "ready")
    host, assistants = Host(), tended(settings, tmp_path, 10)
    assistants.tend(host)
    with database.transaction() as session:
        trials.end(session, clock=SystemClock(), actor=SYSTEM, outcome=outcome)
    host.told()
    assistants.tend(host)
    assert host.told() == ["stop candidate"]
    assert (tmp_path / "promoted").read_text() == done + "\n"


def test_without_a_share_nothing_is_tried(settings: Settings, database: Database, tmp_path: Path) -> None:
    card(tmp_path, "candidate", "new", "ready")
    host = Host()
    tended(settings, tmp_path, 0).tend(host)
    assert host.told() == []
