"""Personal fields at rest: AES-256-GCM with keyed versions, and a blind index for look-up.

Source: handbook §1.4 (AES-256 at rest). A value reads ``v<version>:<base64(nonce ‖ ciphertext ‖ tag)>``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from ticketing.platform.settings import SettingsError


class Keyring:
    """Encrypts with the newest key and decrypts with any."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys.values()):
            raise SettingsError("KESU_DATA_KEYS needs at least one key of 32 bytes, as version:base64")
        self._keys = keys
        self._newest = next(iter(keys))
        # The index key hangs on the oldest key, so that adding a key does not lose the look-up.
        self._index_key = hmac.digest(list(keys.values())[-1], b"kesu blind index", "sha256")

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """From ``version:base64[,version:base64…]``, newest first."""
        try:
            pairs = [item.strip().split(":", 1) for item in text.split(",") if item.strip()]
            return cls({version: base64.b64decode(key, validate=True) for version, key in pairs})
        except (ValueError, binascii.Error) as error:
            raise SettingsError("KESU_DATA_KEYS must read version:base64key[,version:base64key…]") from error

    def encrypt(self, plain: str) -> str:
        """The stored form of a text."""
        nonce = os.urandom(12)
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, plain.encode(), self._newest.encode())
        return f"v{self._newest}:" + base64.b64encode(nonce + sealed).decode()

    def decrypt(self, stored: str) -> str:
        """The text again; raises cryptography's InvalidTag if it was tampered with."""
        version, _, body = stored[1:].partition(":")
        raw = base64.b64decode(body)
        return AESGCM(self._keys[version]).decrypt(raw[:12], raw[12:], version.encode()).decode()

    def seal(self, content: bytes, *, about: str) -> bytes:
        """The stored form of a file; it opens only as what it is ``about``, so rows cannot be exchanged."""
        nonce, version = os.urandom(12), self._newest.encode()
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, content, version + b"\0" + about.encode())
        return version + b"\0" + nonce + sealed

    def unseal(self, stored: bytes, *, about: str) -> bytes:
        """The file again; raises cryptography's InvalidTag if it was tampered with or is another's."""
        version, _, raw = stored.partition(b"\0")
        return AESGCM(self._keys[version.decode()]).decrypt(raw[:12], raw[12:], version + b"\0" + about.encode())

    def index(self, plain: str) -> str:
        """A keyed hash of the normalised text: equal texts can be found without being readable."""
        normal = unicodedata.normalize("NFKC", plain).strip().casefold()
        return hmac.new(self._index_key, normal.encode(), hashlib.sha256).hexdigest()


_keyring: Keyring | None = None


def install(keyring: Keyring) -> None:
    """Give this process its keys, once, at start."""
    global _keyring
    _keyring = keyring


def keyring() -> Keyring:
    """The process's keys."""
    if _keyring is None:
        raise SettingsError("no data keys installed: call ticketing.platform.crypto.install first")
    return _keyring


class EncryptedText(TypeDecorator[str]):
    """A text column that is readable only with the process's keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(value)
