"""The blueprint; the views are in bell.py, inbox.py and settings.py."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("notices", __name__)
