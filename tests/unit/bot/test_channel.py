"""The door into Rasa: who may knock, and with what."""

import pytest

from bot.channel import KesuInput, SecretMissing, message_of
from bot.serve import command, environment_for


@pytest.mark.parametrize("secret", [None, "", "short"])
def test_without_a_secret_the_channel_does_not_start(secret: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KESU_BOT_SECRET", raising=False)
    if secret is not None:
        monkeypatch.setenv("KESU_BOT_SECRET", secret)
    with pytest.raises(SecretMissing):
        KesuInput.from_credentials({})


def test_a_message_as_the_gateway_sends_it_is_taken() -> None:
    assert message_of({"sender": "c", "message": "你好", "metadata": {"token": "t"}}) == ("c", "你好", {"token": "t"})


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        {"message": "x"},
        {"sender": 1, "message": "x"},
        {"sender": "", "message": "x"},
        {"sender": "c" * 200, "message": "x"},
        {"sender": "c", "message": " "},
        {"sender": "c", "message": "x" * 5000},
        {"sender": "c", "message": "x", "metadata": []},
    ],
)
def test_anything_else_is_refused(body: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        message_of(body)


def test_rasa_is_served_on_the_loopback_address_without_its_management_api() -> None:
    line = command(environment_for({}))
    assert "127.0.0.1" in line
    assert "--enable-api" not in line


def test_a_redis_address_moves_trackers_and_locks_there() -> None:
    environment = environment_for({"KESU_BOT_REDIS_URL": "rediss://u:p%40ss@redis.example:6380/3"})
    assert any("endpoints.redis.yml" in part for part in command(environment))
    names = ("HOST", "PORT", "DB", "USERNAME", "PASSWORD", "TLS")
    assert [environment[f"KESU_BOT_REDIS_{name}"] for name in names] == [
        "redis.example",
        "6380",
        "3",
        "u",
        "p@ss",
        "true",
    ]
