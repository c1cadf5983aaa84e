"""OpenBLAS is told what the processor can; what somebody set stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.processor import use_all_of_it
from bot.training_data import ROOT

LOOK = """
import bot, os, numpy, scipy.linalg
from threadpoolctl import threadpool_info
print(os.environ.get("OPENBLAS_CORETYPE"), *(each["architecture"] for each in threadpool_info() if each["internal_api"] == "openblas"))
"""


@pytest.mark.parametrize(
    ("flags", "core"),
    [
        ("fpu sse sse2 avx avx2 fma avx512f avx512dq avx512bw avx512vl amx_tile", "SkylakeX"),
        ("fpu sse sse2 avx avx2 fma", "Haswell"),
        ("fpu sse sse2", None),
    ],
)
def test_the_best_core_the_flags_allow_is_taken(tmp_path: Path, flags: str, core: str | None) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nmodel name\t: avx2 by name only\nflags\t\t: {flags}\n\n" * 2)
    environment: dict[str, str] = {}
    use_all_of_it(environment, tmp_path / "cpuinfo")
    assert environment.get("OPENBLAS_CORETYPE") == core


def test_what_is_set_stays_and_another_system_changes_nothing(tmp_path: Path) -> None:
    environment = {"OPENBLAS_CORETYPE": "Zen"}
    use_all_of_it(environment)
    assert environment == {"OPENBLAS_CORETYPE": "Zen"}
    empty: dict[str, str] = {}
    use_all_of_it(empty, tmp_path / "nowhere")
    assert empty == {}


def test_numpy_and_scipy_of_the_assistant_use_the_vectors_of_the_processor() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    # In a process of its own: here NumPy was loaded by whichever test came first.
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment, cwd=ROOT, capture_output=True, text=True)
    told, *found = done.stdout.split()
    assert len(found) == 2, done.stderr
    assert told == "None" or "Prescott" not in found
