"""Settings."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ticketing.platform.settings import Settings, SettingsError, table

GOOD = {
    "KESU_SECRET_KEY": "s" * 40,
    "KESU_DATA_KEYS": "1:" + base64.b64encode(b"k" * 32).decode(),
    "KESU_BOT_SECRET": "b" * 40,
}


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_process_refuses_to_start_without_its_secrets(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        Settings.from_environment({name: value for name, value in GOOD.items() if name != missing})


def test_numbers_are_read_as_numbers_and_bad_ones_are_named() -> None:
    assert Settings.from_environment(GOOD | {"KESU_MESSAGE_MAX_CHARS": "500"}).message_max_chars == 500
    with pytest.raises(SettingsError, match="KESU_MESSAGE_MAX_CHARS"):
        Settings.from_environment(GOOD | {"KESU_MESSAGE_MAX_CHARS": "many"})


def test_production_demands_https_and_named_origins() -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment(GOOD | {"KESU_ENV": "production"})
    served = GOOD | {"KESU_ENV": "production", "KESU_PUBLIC_URL": "https://kesu.example"}
    assert Settings.from_environment(served).production


def test_every_setting_has_a_row_in_the_readme() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    assert table() in readme
