"""The pinned files: every package named with one version, nothing missing, no addresses."""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
FILES = ("ticketing", "ticketing/knowledge", "tests", "bot", "tests/conversations")
WEB = ("ticketing", "tests")
PIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*$")


def lines(folder: str) -> list[str]:
    """A requirement file's lines without comments."""
    text = (ROOT / folder / "requirements.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(*folders: str) -> dict[str, str]:
    """Versions by canonical name."""
    pairs = [line.split("==") for folder in folders for line in lines(folder)]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("folder", FILES)
def test_every_line_pins_one_public_version_and_names_no_address(folder: str) -> None:
    assert lines(folder)
    assert [line for line in lines(folder) if not PIN.match(line)] == []


@pytest.mark.parametrize("folders", [(*WEB, "ticketing/knowledge"), ("bot", "tests/conversations")])
def test_no_package_is_pinned_twice(folders: tuple[str, ...]) -> None:
    names = [canonicalize_name(line.split("==")[0]) for folder in folders for line in lines(folder)]

    assert sorted(names) == sorted(set(names))


def test_this_environment_is_what_the_files_say() -> None:
    for name, version in pins(*WEB, "ticketing/knowledge").items():
        assert importlib.metadata.version(name).split("+")[0] == version, name


def test_what_a_pinned_package_needs_is_pinned_too_and_fits() -> None:
    known = pins(*WEB)
    for name in known:
        for text in importlib.metadata.requires(name) or []:
            needed = Requirement(text)
            if (needed.marker is None or needed.marker.evaluate({"extra": ""})) and not _cuda(needed.name):
                version = known.get(canonicalize_name(needed.name))
                assert version is not None, f"{name} needs {needed}"
                assert needed.specifier.contains(version, prereleases=True), (
                    f"{name} needs {needed}, pinned is {version}"
                )


def test_everything_the_backend_imports_is_in_its_own_file() -> None:
    runtime = pins("ticketing")
    modules = importlib.metadata.packages_distributions()
    for path in [*ROOT.glob("ticketing/**/*.py"), *ROOT.glob("web/**/*.py")]:
        if "node_modules" in path.parts:
            continue
        for module in re.findall(r"^\s*(?:import|from) ([A-Za-z_]\w*)", path.read_text(encoding="utf-8"), re.M):
            if module in sys.stdlib_module_names or module in {"ticketing", "web"}:
                continue
            names = {canonicalize_name(name) for name in modules.get(module, [])}
            assert names & runtime.keys(), f"{path.relative_to(ROOT)} imports {module}"


def test_the_front_end_lock_is_pinned_by_hash_and_names_no_address() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    installed = {name: entry for name, entry in lock["packages"].items() if name}

    assert all(entry["integrity"] and "resolved" not in entry for entry in installed.values())
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert installed[f"node_modules/{name}"]["version"] == version


def _cuda(name: str) -> bool:
    """PyTorch's other build asks for these; ours is the CPU build."""
    return name.startswith(("nvidia", "cuda", "triton"))
