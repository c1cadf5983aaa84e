"""The proof: what the auditor found last, and the daily statements with their seals."""

from __future__ import annotations

from flask import render_template

from ticketing.integrity import queries
from ticketing.platform.http import session
from ticketing.sla.auditor import PROBLEMS
from web.promises.pages import pages
from web.promises.policies import reading

DAYS_SHOWN = 30


@pages.get("/promises/integrity")
@reading
def integrity() -> str:
    """The last run of the auditor, its findings, and the statements of the last days."""
    run = queries.last_run(session())
    days = queries.days(session(), limit=DAYS_SHOWN)
    return render_template(
        "promises/integrity.html",
        run=run,
        running=queries.running(session()),
        findings=queries.findings(session(), run=run) if run else [],
        problems=PROBLEMS,
        days=days,
        most=max((day.counts.kept + day.counts.broken for day in days), default=0) or 1,
    )
