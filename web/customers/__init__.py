"""The staff's customer pages: list, profile, segments, import, care, points, and the keys of the company's programs.

In: staff with ``customer.read``; correcting, merging, importing, care, points and erasing each need a permission of their own. Out: HTML.
Personal fields are masked until someone gives a reason.
"""

from __future__ import annotations

from flask import Flask

from ticketing.care.churn import HIGH_FROM, MEDIUM_FROM
from web.customers import care, erasures, keys, listing, points, profile, segments, taking_in, words
from web.customers.pages import pages, tabs

__all__ = ["care", "erasures", "install", "keys", "listing", "points", "profile", "segments", "taking_in"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(customer_tabs=tabs, customer_words=words, churn_from=(MEDIUM_FROM, HIGH_FROM))
