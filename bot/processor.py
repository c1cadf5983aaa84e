"""Tells OpenBLAS which instructions the processor has.

The OpenBLAS inside the NumPy and SciPy that Rasa pins goes by a list of processors. One that is newer than the list gets
routines of 2004: matrices take five times as long, and training as much longer.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

CPU = Path("/proc/cpuinfo")
CORES = (("avx512vl", "SkylakeX"), ("avx2", "Haswell"))
"""A flag of the processor and the OpenBLAS core that uses it, best first."""


def use_all_of_it(environment: MutableMapping[str, str], cpu: Path = CPU) -> None:
    """Sets OPENBLAS_CORETYPE unless it is set; call before NumPy is loaded. Without /proc/cpuinfo nothing changes."""
    if (core := _core(cpu)) is not None:
        environment.setdefault("OPENBLAS_CORETYPE", core)


def _core(cpu: Path) -> str | None:
    try:
        lines = cpu.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return next((core for flag, core in CORES if flag in flags), None)
