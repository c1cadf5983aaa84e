"""Who reads a page: staff sign-in, sessions, CSRF, and the rule that every page says who may see it.

Views declare themselves with ``@public``, ``@permission_required(Permission.X)``, ``@signed_in`` or ``@own_door("customer")``
(another credential, checked by the view's own guard). What declares nothing is refused.
"""

from __future__ import annotations

from flask import Flask

from web.auth import access, csrf, password, views
from web.auth.access import own_door, permission_required, public, signed_in

__all__ = ["install", "own_door", "password", "permission_required", "public", "signed_in"]


def install(app: Flask) -> None:
    """Add sign-in, sign-out and the account, and guard every page of the app."""
    access.install(app)
    csrf.install(app)
    app.register_blueprint(views.pages)
