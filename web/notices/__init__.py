"""What staff are told: the bell, the inbox, acknowledging a breach, and how each person wants their mail. Pages only.

In: everybody of the staff, each for their own notices. Out: HTML.
"""

from __future__ import annotations

from flask import Flask

from web.notices import bell, inbox, settings
from web.notices.pages import pages
from web.notices.words import said, title

__all__ = ["bell", "inbox", "install", "settings"]


def install(app: Flask) -> None:
    """Add the pages, and the bell to every page of staff."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(bell_now=bell.now, notice_preference=settings.chosen, notice_modes=settings.MODES)
    app.jinja_env.filters.update(notice_title=title, notice_text=said)
