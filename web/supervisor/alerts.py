"""Alerts on unusual numbers: what stands, acknowledging it, and what was."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.reports import alert_wording
from ticketing.reports import alerts as service
from ticketing.reports.board_models import VolumeAlert
from web import language
from web.supervisor.pages import listing, pages, reader


@pages.get("/board/alerts")
@reader
def alerts() -> str:
    """Standing alerts with a form each, and the history page by page."""
    return _page()


@pages.post("/board/alerts/<int:alert_id>/acknowledge")
@reader
def acknowledge_alert(alert_id: int) -> Any:
    """Somebody says how they look after it."""
    note = request.form.get("note", "")
    try:
        service.acknowledge(session(), clock=runtime().clock, actor=g.actor, alert_id=alert_id, note=note)
    except DomainError as error:
        if error.code == "alert_not_found":
            raise
        return _page(error=error, failed=alert_id, note=note), error.status
    return redirect(url_for("supervisor.alerts", _anchor=f"alert-{alert_id}"), 303)


def _page(**more: Any) -> str:
    standing = service.standing(session())
    return render_template(
        "supervisor/alerts.html",
        standing=standing,
        names=service.names(session(), standing),
        history=service.history(session(), cursor=request.args.get("cursor")),
        behind=behind,
        **more,
    )


def said(alert: VolumeAlert) -> str:
    """An alert as a sentence in the reader's language."""
    return alert_wording.sentence(alert, language.zone(), language.current())


def about(alert: VolumeAlert) -> str:
    """Its subject in the reader's language."""
    return alert_wording.subject(alert, language.current())


def behind(alert: VolumeAlert) -> str:
    """The complaints it counted, to the second."""
    narrowed = {} if alert.dimension == "total" else {alert.dimension: alert.code}
    since, until = alert.window_from, alert.window_to
    return listing(show="opened", kind="complaint", since=since, until=until, **narrowed)
