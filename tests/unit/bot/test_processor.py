"""OpenBLAS is told what the processor can; what somebody set stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.processor import use_all_of_it


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


def test_numpy_of_this_process_uses_the_vectors_of_its_processor() -> None:
    import numpy  # noqa: F401 - brings the library that is looked at
    from threadpoolctl import threadpool_info

    found = {library["architecture"] for library in threadpool_info() if library["internal_api"] == "openblas"}
    assert found
    if "OPENBLAS_CORETYPE" in os.environ:
        assert "Prescott" not in found
