"""The blueprint of reports, satisfaction and performance, and its tabs; each tab's views are in a file of its own."""

from __future__ import annotations

from flask import Blueprint, current_app, g

from ticketing.staff.rules import Permission, allowed
from web.auth import permission_required
from web.refusals import Refusals

pages = Blueprint("reports", __name__)
shows_refusals_of = Refusals(pages).of
ROOT = "/reports"
reading = permission_required(Permission.REPORT_READ)
editing = permission_required(Permission.REPORT_EDIT)

TABS = (
    ("archive", Permission.REPORT_READ),
    ("satisfaction", Permission.REPORT_READ),
    ("team", Permission.PERFORMANCE_TEAM),
    ("reviews", Permission.SURVEY_REVIEW),
    ("rules", Permission.SURVEY_EDIT),
    ("plans", Permission.REPORT_EDIT),
)
"""Views of this blueprint; ``reports.tab.NAME`` in web/texts names them."""


def tabs() -> list[str]:
    """The tabs that exist in this app and that the reader may open."""
    actor = g.get("actor")
    return [
        name
        for name, permission in TABS
        if f"reports.{name}" in current_app.view_functions and actor is not None and allowed(actor.role, permission)
    ]
