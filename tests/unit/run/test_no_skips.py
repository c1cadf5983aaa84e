"""The plugin that lets no skip pass in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]


def run(folder: Path, code: str, allowed: bool) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file, with the plugin."""
    (folder / "test_it.py").write_text("import pytest\n" + code)
    environ = {**os.environ, "PYTHONPATH": str(TESTS), "KESU_TEST_NO_SKIP": "" if allowed else "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no_skips", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    return subprocess.run([*command, str(folder)], cwd=folder, env=environ, capture_output=True, text=True, check=False)


SKIPPED = "def test_one(): pytest.skip('no server here')\ndef test_two(): pass\n"
MODULE = "pytest.skip('no browser here', allow_module_level=True)\n"


@pytest.mark.parametrize("code", [SKIPPED, MODULE])
def test_a_skip_fails_the_run_where_none_is_allowed(tmp_path: Path, code: str) -> None:
    done = run(tmp_path, code, allowed=False)

    assert done.returncode == 1
    assert "no skip is allowed" in done.stdout
    assert "here" in done.stdout


def test_a_skip_passes_elsewhere(tmp_path: Path) -> None:
    assert run(tmp_path, SKIPPED, allowed=True).returncode == 0


def test_a_run_without_skips_passes(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_two(): pass\n", allowed=False).returncode == 0
