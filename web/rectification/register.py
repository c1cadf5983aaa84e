"""The register of root-cause records, narrowed and page by page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.platform.http import runtime, session
from ticketing.rootcauses import queries, service
from ticketing.rootcauses.rules import Status
from ticketing.staff.rules import Permission
from ticketing.tickets.rules import Category
from web.agent import forms
from web.auth import permission_required
from web.rectification.pages import ROOT, pages

PAGE_SIZE = 30
STATUSES = ("open", *(status.value for status in Status), "all")


@pages.get(ROOT)
@permission_required(Permission.ROOT_CAUSE_READ)
def register() -> Any:
    """All records that match, the newest first."""
    asked = request.args
    wanted = queries.Wanted(
        status=next((status for status in STATUSES if status == asked.get("status")), "open"),
        overdue=asked.get("overdue") == "1",
        owner_id=forms.whole("owner") or None,
        category=next((item.value for item in Category if item == asked.get("category")), None),
    )
    page = queries.register(
        session(), clock=runtime().clock, wanted=wanted, cursor=asked.get("cursor"), limit=PAGE_SIZE
    )
    return render_template(
        "rectification/register.html",
        page=page,
        wanted=wanted,
        statuses=STATUSES,
        categories=[item.value for item in Category],
        people=service.workers(session()),
        query={key: value for key, value in asked.items() if key not in {"lang", "cursor"} and value},
    )
