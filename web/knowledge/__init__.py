"""The staff's knowledge workplace: finding, writing, trying out, approving and exchanging articles. Pages only.

In: staff with ``knowledge.read``; writing needs ``knowledge.edit``, deciding ``knowledge.publish``, files ``knowledge.import``.
Out: HTML, and the articles as YAML or CSV.
"""

from __future__ import annotations

from flask import Flask

from web.knowledge import article, editing, files, listing
from web.knowledge.pages import pages

__all__ = ["article", "editing", "files", "install", "listing"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
