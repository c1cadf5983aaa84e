"""The blueprint and its tabs; each tab's views are in a file of its own."""

from __future__ import annotations

from flask import Blueprint, current_app

from web.refusals import Refusals

pages = Blueprint("promises", __name__)
shows_refusals_of = Refusals(pages).of

TABS = ("policies", "calendars", "integrity")
"""Views of this blueprint; ``promises.tab.NAME`` in web/texts names them."""


def tabs() -> list[str]:
    """The tabs that exist in this app."""
    return [name for name in TABS if f"promises.{name}" in current_app.view_functions]
