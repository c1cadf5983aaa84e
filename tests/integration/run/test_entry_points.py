"""Whatever is started by itself knows every table: a row with a key into a table nobody imported cannot be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("ticketing/**/__main__.py")]
LOOK = """
import importlib, sys
importlib.import_module(sys.argv[1])
base = sys.modules.get("ticketing.platform.db")
for table in base.Base.metadata.tables.values() if base else ():
    for key in table.foreign_keys:
        key.column
"""


@pytest.mark.parametrize("module", ["web.app", "ticketing.worker", *sorted(COMMANDS)])
def test_every_key_finds_its_table(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, module], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
