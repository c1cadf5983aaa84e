"""The environment of the processes: what is set wins, then the file given, then the secrets this machine made for itself."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from ticketing.platform.settings import SettingsError

NAMES = ("KESU_SECRET_KEY", "KESU_DATA_KEYS", "KESU_BOT_SECRET")
_HEAD = "# Made by `make run` for this machine alone. Without KESU_DATA_KEYS the database's personal fields cannot be read.\n"


def read(path: Path) -> dict[str, str]:
    """``NAME=value`` lines of a file; ``#`` starts a comment line; raises SettingsError naming a line that is neither."""
    values: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise SettingsError(f"{path}, line {number}, does not read NAME=value")
        values[name.strip()] = value.strip().strip("\"'")
    return values


def environment(environ: Mapping[str, str], *, var: Path, given: Path | None = None) -> dict[str, str]:
    """The whole environment for the processes; writes ``secrets.env`` the first time unless every secret is given.

    In production nothing is made up: the settings' own check then says what is missing.
    """
    set_ = {name: value for name, value in environ.items() if value or name not in NAMES}
    known = {**(read(given) if given else {}), **set_}
    if known.get("KESU_ENV") == "production" or all(known.get(name) for name in NAMES):
        return known
    path = var / "secrets.env"
    if not path.exists():
        _refuse_to_orphan(var / "kesu.sqlite3", path, known)
        _write(path)
    return {**read(path), **known}


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {
        "KESU_SECRET_KEY": secrets.token_urlsafe(48),
        "KESU_DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "KESU_BOT_SECRET": secrets.token_urlsafe(32),
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_HEAD + "".join(f"{name}={value}\n" for name, value in values.items()))


def _refuse_to_orphan(database: Path, path: Path, known: Mapping[str, str]) -> None:
    if database.exists() and "KESU_DATA_KEYS" not in known and "KESU_DATABASE_URL" not in known:
        raise SettingsError(
            f"{database} exists but {path} does not: its personal fields can only be read with the keys that stood there. "
            f"Bring the file back, or move {database} away to begin anew."
        )
