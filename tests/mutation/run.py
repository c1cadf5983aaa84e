"""How many small faults in the rules the unit tests notice: ``make mutation``.

Each fault (see mutants.py) gets a forked process, which imports the module with the fault in it and runs the unit tests
that are about it until one fails. A fault that makes them run on without end is noticed too. What survives is printed
with its line. mutmut changes functions only, and much of the rules is a table.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

from mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
HISTORIES = "200"
"""Random histories for each fault; a whole test run tries more of them."""
PYTEST = (
    "-c", os.devnull, "--rootdir", str(ROOT), "--confcutdir", "tests/unit", "--assert", "plain", "-q", "-x",
    "-p", "_hypothesis_pytestplugin", "--hypothesis-seed", "0", "-p", "no:cacheprovider",
)  # fmt: skip
"""Neither the plugins nor the shown assertions of a whole run: each fault would pay for them."""


@dataclass(frozen=True)
class Target:
    """A module and the tests about it, the quickest to fail first."""

    module: str
    tests: tuple[str, ...]

    @property
    def path(self) -> Path:
        return ROOT / f"{self.module.replace('.', '/')}.py"


TARGETS = (
    Target(
        "ticketing.sla.rules",
        (
            "tests/unit/sla/test_promise_state.py",
            "tests/unit/sla/test_due_and_elapsed.py",
            "tests/unit/sla/test_derivation.py",
            "tests/unit/sla/test_sla_vectors.py",
            "tests/unit/sla/test_sla_oracle.py::test_due_time_is_what_the_twin_finds",
            "tests/unit/sla/test_engine_is_its_twin.py",
        ),
    ),
    Target(
        "ticketing.tickets.rules", ("tests/unit/tickets/test_rules.py", "tests/unit/tickets/test_transition_table.py")
    ),
)


class _Faulty(importlib.machinery.SourceFileLoader):
    """Loads a module from a tree instead of from its file."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module in a tree and leaves all others to the ordinary way."""

    def __init__(self, target: Target, tree: ast.Module) -> None:
        self.target, self.tree = target, tree

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.target.module:
            return None
        path = str(self.target.path)
        return importlib.util.spec_from_loader(name, _Faulty(name, path, self.tree), origin=path)


def main(asked: Sequence[str]) -> int:
    """Print killed, survived and the score of each module whose name contains one of the words asked for."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ["KESU_HISTORIES"] = HISTORIES
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for target in TARGETS:
        if not asked or any(word in target.module for word in asked):
            _measure(target)
    return 0


def _measure(target: Target) -> None:
    source = target.path.read_text(encoding="utf-8")
    _load_libraries(target)
    began = time.monotonic()
    _assert_passes(target, source)
    limit = 3 * (time.monotonic() - began) + 5
    survivors: list[Mutant] = []
    total = 0
    for mutant in mutants(source):
        total += 1
        if not _killed(target, mutant.tree, limit=limit):
            survivors.append(mutant)
            print(f"  survived  {target.path.relative_to(ROOT)}:{mutant.line}  {mutant.what}", flush=True)
    _assert_passes(target, source)  # what broke meanwhile would have counted as noticed
    killed = total - len(survivors)
    print(f"{target.module}: {killed} killed, {len(survivors)} survived, score {killed / total:.1%}", flush=True)


def _assert_passes(target: Target, source: str) -> None:
    if _killed(target, ast.parse(source), limit=None):
        raise SystemExit(f"{target.module}: its tests fail without any fault")


def _killed(target: Target, tree: ast.Module, *, limit: float | None) -> bool:
    """Whether the tests notice, in a process of its own; running longer than `limit` seconds is noticed too."""
    child = os.fork()
    if child == 0:
        os._exit(_try(target, tree))
    ends = None if limit is None else time.monotonic() + limit
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        if ends is not None and time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        time.sleep(0.005)


def _try(target: Target, tree: ast.Module) -> int:
    """In the child: 0 if every test passes."""
    import pytest

    sys.meta_path.insert(0, _Finder(target, tree))
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        try:
            return int(pytest.main([*PYTEST, *target.tests]) != 0)
        except BaseException:  # noqa: BLE001  a fault may break even what runs the tests
            return 1


def _load_libraries(target: Target) -> None:
    """Import once what is not ours, so that every child has it already."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _try(target, ast.parse(target.path.read_text(encoding="utf-8")))
        names = [name for name in sys.modules if _is_a_library(name)]
        os.write(writer, "\n".join(names).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        names = told.read().split("\n")
    os.waitpid(child, 0)
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _is_a_library(name: str) -> bool:
    module = sys.modules[name]
    path = getattr(module, "__file__", None) or ""
    return "site-packages" in path and "." not in name


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
