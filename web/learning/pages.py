"""The blueprint; the views are in clusters.py and teaching.py."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("learning", __name__)
ROOT = "/learning"
