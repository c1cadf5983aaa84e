"""Where a result leads."""

from __future__ import annotations

from flask import url_for

from ticketing.search.models import ARTICLE, MESSAGE, TICKET
from ticketing.search.queries import Hit
from ticketing.staff.rules import Permission
from web.auth.access import may


def address(hit: Hit) -> str:
    """The page that shows it; for whoever may not open a customer's record, their latest ticket or chat."""
    if hit.kind == TICKET:
        return url_for("desk.case", number=hit.key)
    if hit.kind == MESSAGE:
        return url_for("desk.chat", public_id=hit.key, _anchor=f"line-{hit.seq}")
    if hit.kind == ARTICLE:
        return url_for("articles.article", key=hit.key)
    if may(Permission.CUSTOMER_READ):
        return url_for("customers.customer", customer_id=hit.key)
    if hit.number:
        return url_for("desk.case", number=hit.number)
    return url_for("desk.chat", public_id=hit.chat) if hit.chat else url_for("desk.queue")
