"""The blueprint and its tabs; each tab's views are in a file of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from ticketing.staff.rules import Permission
from web.auth import permission_required
from web.auth.access import may
from web.refusals import Refusals

pages = Blueprint("customers", __name__)
shows_refusals_of = Refusals(pages).of
ROOT = "/customers"
CUSTOMER = f"{ROOT}/<int:customer_id>"
reading = permission_required(Permission.CUSTOMER_READ)
editing = permission_required(Permission.CUSTOMER_EDIT)
importing = permission_required(Permission.CUSTOMER_IMPORT)
LARGEST_FILE = 32 * 1024 * 1024
TABS = (
    ("listing", Permission.CUSTOMER_READ),
    ("segments", Permission.CUSTOMER_READ),
    ("care", Permission.CUSTOMER_READ),
    ("points", Permission.CUSTOMER_READ),
    ("erasures", Permission.CUSTOMER_ERASE),
    ("imports", Permission.CUSTOMER_IMPORT),
    ("keys", Permission.CUSTOMER_IMPORT),
)
"""Views of this blueprint and who may open them; ``customers.tab.NAME`` in web/texts names them."""


def tabs() -> list[str]:
    """The tabs that the reader may open."""
    return [name for name, permission in TABS if may(permission)]


@pages.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the body; who may not use the view is refused without its being read."""
    if request.method == "POST" and endpoint == "customers.upload":
        request.max_content_length = LARGEST_FILE
