"""The blueprint; the views are in register.py and record.py."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("rectification", __name__)
ROOT = "/rectification"
