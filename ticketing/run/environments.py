"""`make setup`: the two Python environments from their pinned files, the front-end packages, the chat widget. Standard library only.

python3.11 -m ticketing.run.environments            what `make run` needs
python3.11 -m ticketing.run.environments --tests    the test tools too
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import dropwhile
from pathlib import Path

from ticketing.run import stages
from ticketing.run.console import Console
from ticketing.run.stages import Stage, StageFailed

ROOT = Path(__file__).resolve().parents[2]
NODE_MAJOR = 20
FRONT_END, WIDGET = "front-end packages", "chat widget"
# Rasa's metadata excludes Python 3.11, on which it runs with exactly the pinned set: it is installed as listed, unresolved.
AS_LISTED = ("--no-deps", "--ignore-requires-python")


class CannotBuild(Exception):
    """Something this machine must have is missing; the text says what to install."""


def plan(root: Path, *, tests: bool) -> list[list[Stage]]:
    """The stages of the set-up: rows that do not concern each other, each in order."""
    web = [*_environment(root, "web environment", ".venv", "ticketing/requirements.txt"), *_encoders(root)]
    bot = _environment(root, "assistant environment", ".venv-bot", "bot/requirements.txt", AS_LISTED)
    if tests:
        tools = "tests/conversations/requirements.txt"
        web.append(_packages(root, "test tools", ".venv", "tests/requirements.txt"))
        bot.append(_packages(root, "assistant test tools", ".venv-bot", tools, AS_LISTED))
    return [web, bot, [_front_end(root), _widget(root)]]


def _environment(root: Path, name: str, folder: str, file: str, options: Sequence[str] = ()) -> list[Stage]:
    packages = _packages(root, name, folder, file, options)
    if (root / folder / "bin" / "python").exists():
        return [packages]
    return [Stage(f"{name}, new", [[sys.executable, "-m", "venv", "--clear", str(root / folder)]]), packages]


def _packages(root: Path, name: str, folder: str, file: str, options: Sequence[str] = ()) -> Stage:
    python = str(root / folder / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
    return Stage(
        name,
        [[*pip, *options, "-r", str(root / file)]],
        inputs=[root / file],
        stamp=root / folder / f".installed-{Path(file).parent.name}",
    )


def _encoders(root: Path) -> list[Stage]:
    """The English model's packages, and what is made of them and of the multilingual one; it lies in the environment, as they do."""
    packages = _packages(root, "English model", ".venv", "ticketing/knowledge/requirements.txt", AS_LISTED)
    python, modules = str(root / ".venv" / "bin" / "python"), ("multilingual", "english")
    encoders = Stage(
        "encoders",
        [[python, "-m", f"ticketing.knowledge.{module}"] for module in modules],
        inputs=[*packages.inputs, *(root / "ticketing" / "knowledge" / f"{module}.py" for module in modules)],
        stamp=root / ".venv" / ".prepared-encoders",
    )
    return [packages, encoders]


def _front_end(root: Path) -> Stage:
    web = root / "web"
    npm = ["npm", "ci", "--prefix", str(web), "--no-audit", "--no-fund", "--ignore-scripts"]
    return Stage(
        FRONT_END,
        [npm, [sys.executable, str(web / "vendor.py")]],
        inputs=[web / "package.json", web / "package-lock.json", web / "vendor.py"],
        stamp=web / "static" / "vendor" / ".installed",
    )


def _widget(root: Path) -> Stage:
    """The chat widget's bundle. Its stamp goes with the folder, which ``vendor.py`` makes anew."""
    web = root / "web"
    build = web / "widget" / "build.mjs"
    modules = [path for path in (web / "widget" / "src").rglob("*") if path.is_file()]
    return Stage(
        WIDGET,
        [["node", str(build)]],
        inputs=[web / "package-lock.json", build, *modules],
        stamp=web / "static" / "vendor" / ".bundled",
    )


def unbuilt(row: Sequence[Stage]) -> list[Stage]:
    """The row from its first stage that is not built: what comes after may have to be built again because of it."""
    return list(dropwhile(Stage.is_done, row))


def check_python(version: tuple[int, int]) -> None:
    """Raise CannotBuild on any Python but 3.11: the assistant's packages exist for no later one."""
    if version != (3, 11):
        raise CannotBuild(
            f"Python 3.11 is needed and this is {version[0]}.{version[1]}: make PYTHON=/path/to/python3.11"
        )


def check_node() -> None:
    """Raise CannotBuild unless Node 20 or later and npm are on the path."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CannotBuild(
            f"Node {NODE_MAJOR} (with npm) is needed for the front-end packages and was not found on the PATH."
        )
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
    if int(said.lstrip("v").split(".")[0] or 0) < NODE_MAJOR:
        raise CannotBuild(f"Node {NODE_MAJOR} or later is needed for the front-end packages and this is {said}.")


def build(root: Path, console: Console, *, tests: bool) -> bool:
    """Build what is not built yet; gives whether there was anything to do. Raises StageFailed, CannotBuild."""
    check_python(sys.version_info[:2])
    rows = [todo for row in plan(root, tests=tests) if (todo := unbuilt(row))]
    if any(stage.name in {FRONT_END, WIDGET} for row in rows for stage in row):
        check_node()
    stages.run_rows(rows, console, root / "var" / "log")
    return bool(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3.11 -m ticketing.run.environments", description="Build the environments."
    )
    parser.add_argument("--tests", action="store_true", help="the test tools too")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        build(ROOT, Console(), tests=options.tests)
    except (StageFailed, CannotBuild) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run goes on where this one was.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
