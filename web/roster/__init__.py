"""Who is at work, what they can do and how much they have in hand. Pages only.

In: staff with ``roster.read``; changing needs ``roster.edit``; the presence switch is for everyone who works tickets.
Out: HTML.
"""

from __future__ import annotations

from flask import Flask

from web.roster import on_call, people, presence, teams
from web.roster.pages import pages, tabs

__all__ = ["install", "on_call", "people", "presence", "teams"]


def install(app: Flask) -> None:
    """Add the pages, and the switch to every staff page."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(roster_tabs=tabs, my_presence=presence.mine)
