"""The supervisor room: what breaks next and where, load and forecast, people, quality, causes, alerts; lists and exports.

In: staff with ``board.read``. Out: HTML whose live parts htmx refreshes, the series of charts as JSON, and files. All figures
come from ``ticketing.reports``; nothing is counted here.
"""

from __future__ import annotations

from flask import Flask

from web.supervisor import alerts, board, kept, load, people, quality, tickets
from web.supervisor.pages import TABS, pages

PARTS = (board, load, people, quality, alerts, tickets)


def install(app: Flask) -> None:
    """Add the pages."""
    assert PARTS
    kept.install(app)
    app.register_blueprint(pages)
    app.jinja_env.globals["board_tabs"] = TABS
    app.jinja_env.filters.update(alert_said=alerts.said, alert_about=alerts.about)
