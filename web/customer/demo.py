"""A make-believe finance app's home page that carries the widget, to try everything from the customer's side."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from web import security
from web.auth import public

pages = Blueprint("demo", __name__)


@pages.get("/demo")
@public
def home() -> Any:
    """The page as a host would write it: one script tag."""
    security.allow(connect_src="'self'", style_src="'self'", script_src="'self'")
    return render_template("customer/demo.html")
