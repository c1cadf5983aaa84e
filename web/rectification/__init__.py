"""Root causes and corrective actions: the register and each record's page. Pages only.

In: staff with ``root_cause.read``; changing needs ``root_cause.work``. Out: HTML.
"""

from __future__ import annotations

from flask import Flask

from ticketing.rootcauses import wording
from web import language
from web.rectification import record, register
from web.rectification.pages import pages

__all__ = ["install", "record", "register"]


def install(app: Flask) -> None:
    """Add the pages and the words of root causes."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        cause_word=lambda group, code: wording.name(group, code, language.current()),
        cause_promise=lambda clock: wording.promise(clock, language.current()),
    )
