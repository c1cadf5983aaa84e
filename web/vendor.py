"""Puts what the pages load from npm where it is served: static/vendor/. Standard library only; `make setup` runs it.

The folder is made anew: widget/build.mjs, which puts the chat widget there, runs after it.

The pages name these files: tabler.min.css, tabler.min.js, tabler-theme.min.js, htmx.min.js, echarts.min.js, icons/<name>.svg (outline).
"""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
FILES = (
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js",
    "@tabler/core/dist/js/tabler-theme.min.js",
    "htmx.org/dist/htmx.min.js",
    "echarts/dist/echarts.min.js",
)
ICONS = "@tabler/icons/icons/outline"


def copy(packages: Path, target: Path) -> int:
    """Make ``target`` anew from the installed packages; gives the number of files."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in FILES:
        text = (packages / file).read_text(encoding="utf-8")
        # The maps are not served: naming them would make every developer's console complain.
        lines = [line for line in text.splitlines() if "sourceMappingURL=" not in line[:40]]
        (target / Path(file).name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copytree(packages / ICONS, target / "icons")
    for package in ("@tabler/icons", "@popperjs/core", "htmx.org", "echarts", "zrender"):
        licence = next((packages / package).glob("LICENSE*"))
        shutil.copyfile(licence, target / f"LICENSE-{package.strip('@').replace('/', '-')}")
    return sum(1 for path in target.rglob("*") if path.is_file())


if __name__ == "__main__":
    print(f"{copy(HERE / 'node_modules', HERE / 'static' / 'vendor')} files copied to static/vendor")
