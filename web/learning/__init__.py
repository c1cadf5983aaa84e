"""What the assistant could not serve, by meaning, and teaching it. Pages only; what they do is done by ticketing.learning.

In: staff with ``learning.read``; deciding needs ``learning.decide``, correcting a line of a chat ``ticket.work``. Out: HTML.
"""

from __future__ import annotations

from flask import Flask

from web.learning import clusters, teaching, trial
from web.learning.pages import pages

__all__ = ["clusters", "install", "teaching", "trial"]


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)
