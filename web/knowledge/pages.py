"""The blueprint of the articles' pages; each page's views are in a file of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from ticketing.staff.rules import Permission
from web.auth import permission_required
from web.refusals import Refusals

pages = Blueprint("articles", __name__)
"""Not ``knowledge``: that is the JSON API's."""
shows_refusals_of = Refusals(pages).of
ROOT = "/knowledge"
ARTICLE = f"{ROOT}/articles/<key>"
reading = permission_required(Permission.KNOWLEDGE_READ)
writing = permission_required(Permission.KNOWLEDGE_EDIT)
deciding = permission_required(Permission.KNOWLEDGE_PUBLISH)
importing = permission_required(Permission.KNOWLEDGE_IMPORT)

LARGEST_FORM = 1024 * 1024
"""An article at its longest in both languages, percent-encoded."""
LARGEST_FILE = 4 * 1024 * 1024


@pages.url_value_preprocessor
def _allow_long_texts(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the body; who may not use the view is refused without its being read."""
    if request.method == "POST":
        request.max_content_length = LARGEST_FILE if endpoint == "articles.upload" else LARGEST_FORM
