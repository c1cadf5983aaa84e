"""The blueprint and its tabs; each tab's views are in a file of its own."""

from __future__ import annotations

from flask import Blueprint, current_app

pages = Blueprint("roster", __name__)

TABS = ("people", "teams", "on_call")
"""Views of this blueprint; ``roster.tab.NAME`` in web/texts names them."""


def tabs() -> list[str]:
    """The tabs that exist in this app."""
    return [name for name in TABS if f"roster.{name}" in current_app.view_functions]
