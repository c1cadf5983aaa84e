"""How promises are made and proven: policies, calendars, and the auditor's findings. Pages only.

In: staff with ``promise.read``; changing needs ``promise.edit``. Out: HTML.
"""

from __future__ import annotations

from flask import Flask

from web.promises import calendars, integrity, policies, policy_edit
from web.promises.pages import pages, tabs

__all__ = ["calendars", "install", "integrity", "policies", "policy_edit"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
    app.jinja_env.globals["promise_tabs"] = tabs
