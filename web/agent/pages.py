"""The desk's blueprint; the views are in queue.py, cases.py and chats.py."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("desk", __name__)
