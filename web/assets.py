"""Where pages find their styles, scripts and icons; vendored files are laid down by ``web/vendor.py``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Flask, request, url_for
from markupsafe import Markup

STATIC = Path(__file__).with_name("static")
VENDOR = {
    "tabler.css": "vendor/tabler.min.css",
    "tabler.js": "vendor/tabler.min.js",
    "htmx.js": "vendor/htmx.min.js",
    "echarts.js": "vendor/echarts.min.js",
}
ICONS = STATIC / "vendor" / "icons"
_SVG = re.compile(r"<svg\b.*?>(.*)</svg>", re.DOTALL)


def install(app: Flask) -> None:
    """Give templates ``asset("css/kesu.css")``, ``vendor("htmx.js")``, ``icon("clock")`` and ``theme()``."""
    app.jinja_env.globals.update(asset=asset, vendor=lambda name: asset(VENDOR[name]), icon=icon, theme=theme)


def theme() -> str:
    """``light`` or ``dark`` if the reader chose (js/kesu.js keeps it in a cookie), else ``auto``."""
    chosen = request.cookies.get("kesu_theme")
    return chosen if chosen in {"light", "dark"} else "auto"


def asset(path: str) -> str:
    """The address of a static file; it changes with the file, so browsers may keep it."""
    file = STATIC / path
    return url_for("static", filename=path, v=f"{file.stat().st_mtime_ns:x}"[-8:] if file.is_file() else None)


@cache
def icon(name: str, css: str = "") -> Markup:
    """A Tabler icon as inline SVG, hidden from screen readers (the text beside it speaks)."""
    file = ICONS / f"{name}.svg"
    # Our own vendored file, not anyone's input.
    found = _SVG.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return Markup(
        '<svg class="icon {}" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
    ).format(css, Markup(found.group(1)) if found else "")  # noqa: S704
