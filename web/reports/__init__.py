"""Reports, satisfaction and performance: the archive, the index, low marks, and the rules they go by. Pages only.

In: staff with ``report.read``; low marks, survey rules, subscriptions and targets each need their own permission, and
agents see their own figures. Out: HTML and PDF.
"""

from __future__ import annotations

from flask import Flask

from web.reports import archive, performance, plans, reviews, rules, satisfaction
from web.reports.pages import pages, tabs

__all__ = ["archive", "install", "performance", "plans", "reviews", "rules", "satisfaction"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(report_tabs=tabs)
