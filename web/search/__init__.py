"""Looking for anything: a page with results by kind, and a short list for the command palette. Pages only.

In: any staff who may read articles; tickets, messages and customers are looked for where ``ticket.read`` is held.
Out: HTML; ``/search/quick`` gives a fragment ``<ul role="listbox">`` of at most eight ``<li role="option"><a href=…>``.
"""

from __future__ import annotations

from flask import Flask

from web.search.addresses import address
from web.search.views import pages

__all__ = ["address", "install"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
    app.jinja_env.globals["result_address"] = address
