"""Accounts of staff: who is here and as what, new people, one-time passwords, leaving. Pages only.

In: administrators (``staff.edit``). Out: HTML; a one-time password is on the answer to the deed that made it and nowhere else.
"""

from __future__ import annotations

from flask import Flask

from web.staff import accounts

__all__ = ["accounts", "install"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(accounts.pages)
