"""Personal fields at rest."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag

from ticketing.platform.crypto import Keyring
from ticketing.platform.settings import SettingsError


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


def test_a_text_is_readable_only_with_its_key() -> None:
    stored = Keyring.parse(f"1:{key('a')}").encrypt("13800138001")
    assert "13800138001" not in stored
    assert Keyring.parse(f"1:{key('a')}").decrypt(stored) == "13800138001"
    with pytest.raises(InvalidTag):
        Keyring.parse(f"1:{key('b')}").decrypt(stored)


def test_old_texts_stay_readable_after_a_new_key_is_put_first() -> None:
    old = Keyring.parse(f"1:{key('a')}")
    rotated = Keyring.parse(f"2:{key('b')},1:{key('a')}")
    assert rotated.decrypt(old.encrypt("刘思雨")) == "刘思雨"
    assert rotated.encrypt("刘思雨").startswith("v2:")


def test_the_blind_index_survives_key_rotation_and_ignores_width_and_case() -> None:
    old = Keyring.parse(f"1:{key('a')}")
    rotated = Keyring.parse(f"2:{key('b')},1:{key('a')}")
    assert old.index("Ａbc@Example.com ") == rotated.index("abc@example.com")
    assert old.index("abc@example.com") != old.index("abd@example.com")


def test_a_changed_ciphertext_is_noticed() -> None:
    ring = Keyring.parse(f"1:{key('a')}")
    stored = ring.encrypt("secret")
    raw = bytearray(base64.b64decode(stored[3:]))
    raw[-1] ^= 1
    with pytest.raises(InvalidTag):
        ring.decrypt("v1:" + base64.b64encode(bytes(raw)).decode())


@pytest.mark.parametrize("text", ["", "1", "1:short", "1:" + base64.b64encode(b"x" * 16).decode(), "nonsense"])
def test_unusable_keys_are_refused_with_the_variables_name(text: str) -> None:
    with pytest.raises(SettingsError, match="KESU_DATA_KEYS"):
        Keyring.parse(text)
