"""The supervisor's board: what will be late, what is, how much there is to do, how satisfied customers are.

In: staff with ``board.read``. Out: HTML that htmx refreshes, and the series of its charts as JSON. All figures come from
``ticketing.reports``; nothing is counted here.
"""

from __future__ import annotations

from flask import Flask

from web.supervisor import board


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(board.pages)
