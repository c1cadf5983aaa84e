"""What is settled before anything starts: ports, secrets, settings files, the order of the preparation."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ticketing.platform.crypto import Keyring
from ticketing.platform.settings import Settings, SettingsError
from ticketing.run import __main__ as run
from ticketing.run import processes, secret_file
from ticketing.run.ports import Ports, PortTaken

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port held by this very process."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_named_with_its_holder_and_the_variable_to_set(taken: int) -> None:
    with pytest.raises(PortTaken) as refusal:
        Ports(web=taken, rasa=1, actions=1).check(["web", "worker"])

    assert f"Port {taken}, which web needs, is taken by" in str(refusal.value)
    assert f"process {os.getpid()}" in str(refusal.value)
    assert f"KESU_WEB_PORT={taken + 1}" in str(refusal.value)


def test_only_the_ports_of_the_processes_to_start_must_be_free(taken: int) -> None:
    Ports(web=taken, rasa=taken, actions=taken).check(["worker"])


def test_the_command_ends_with_2_when_a_port_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KESU_WEB_PORT", str(taken))

    assert run.main(["--only", "web", "--var", str(tmp_path)]) == 2
    assert f"Port {taken}" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_what_is_no_port_is_refused_by_its_variable(text: str) -> None:
    with pytest.raises(ValueError, match="KESU_RASA_PORT must be a port number"):
        Ports.from_environment({"KESU_RASA_PORT": text})


def test_the_first_run_makes_secrets_that_the_settings_accept_and_only_the_owner_reads(tmp_path: Path) -> None:
    made = secret_file.environment({}, var=tmp_path)

    settings = Settings.from_environment(made)
    Keyring.parse(settings.data_keys)
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_the_second_run_has_the_same_secrets(tmp_path: Path) -> None:
    assert secret_file.environment({}, var=tmp_path) == secret_file.environment({}, var=tmp_path)


def test_what_is_set_wins_over_the_file_given_and_that_over_the_secrets_made(tmp_path: Path) -> None:
    given = tmp_path / "own.env"
    given.write_text("# mine\nKESU_BOT_SECRET='from the file'\nKESU_SECRET_KEY=from-the-file\n")

    known = secret_file.environment({"KESU_SECRET_KEY": "set", "KESU_DATA_KEYS": ""}, var=tmp_path, given=given)

    assert (known["KESU_SECRET_KEY"], known["KESU_BOT_SECRET"]) == ("set", "from the file")
    assert known["KESU_DATA_KEYS"].startswith("1:")


def test_in_production_no_secret_is_made_up(tmp_path: Path) -> None:
    known = secret_file.environment({"KESU_ENV": "production"}, var=tmp_path)

    assert not (tmp_path / "secrets.env").exists()
    with pytest.raises(SettingsError, match="KESU_SECRET_KEY is not set"):
        Settings.from_environment(known)


def test_a_database_whose_keys_are_gone_is_not_given_new_ones(tmp_path: Path) -> None:
    (tmp_path / "kesu.sqlite3").touch()

    with pytest.raises(SettingsError, match="Bring the file back"):
        secret_file.environment({}, var=tmp_path)


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.env").write_text("KESU_ENV=test\nexport nothing\n")

    with pytest.raises(SettingsError, match="line 2"):
        secret_file.read(tmp_path / "own.env")


def test_the_demo_company_is_never_loaded_in_production() -> None:
    names = {
        env: [stage.name for stage in run.preparation(ROOT, {"KESU_ENV": env}, run.ALL)]
        for env in ("development", "production")
    }

    assert names["development"] == [
        "database",
        "knowledge base",
        "demo company",
        "taught examples",
        "assistant's training",
    ]
    assert names["production"] == ["database", "knowledge base", "taught examples", "assistant's training"]


def test_each_process_hears_of_the_ports_chosen() -> None:
    ports = Ports(web=8100, rasa=5105, actions=5155)
    environ = processes.environment({"KESU_BOT_TIMEOUT_SECONDS": "9"}, ports)
    made = processes.processes(ROOT, Path("var"), environ, ports)

    assert set(made) == {*run.ALL, "candidate"}
    assert made["web"].environ["KESU_PUBLIC_URL"] == "http://127.0.0.1:8100"
    assert made["web"].environ["KESU_RASA_URL"] == "http://127.0.0.1:5105"
    assert made["rasa"].environ["KESU_ACTIONS_URL"] == "http://127.0.0.1:5155/webhook"
    assert made["rasa"].ready_url == "http://127.0.0.1:5105/webhooks/kesu/"
    assert made["worker"].environ["KESU_BOT_TIMEOUT_SECONDS"] == "9"


def test_an_unknown_process_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--only", "web,mail"])

    assert "no such process: mail" in capsys.readouterr().err
