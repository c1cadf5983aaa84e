"""The widget's source: which module may need which."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

SRC = Path(__file__).resolve().parents[3] / "web" / "widget" / "src"


def test_imports_run_one_way() -> None:
    named = {path.stem: re.findall(r'from "\./([a-z]+)\.js"', path.read_text()) for path in SRC.glob("*.js")}

    order = list(TopologicalSorter(named).static_order())  # raises CycleError

    assert order[-1] == "kesu"
    assert sorted(order) == sorted(named)
