"""The list of customers."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.customers import queries, segments
from ticketing.customers.lifecycle import STAGES
from ticketing.customers.queries import Wanted
from ticketing.customers.rules import TIERS
from ticketing.platform.http import session
from ticketing.tickets.models import Ticket
from web.customers import words
from web.customers.pages import ROOT, pages, reading

BANDS = ("high", "medium", "low")


@pages.get(ROOT)
@reading
def listing() -> Any:
    """Known customers that match, masked, page by page; a ticket's number leads to its customer."""
    asked, declared = request.args, segments.declared(session())
    holder = _holder(asked.get("q", "").strip())
    if holder is not None:
        return redirect(url_for(".customer", customer_id=holder), 303)
    names = {segment.code: words.segment_name(segment) for segment in declared}
    wanted = Wanted(
        text=asked.get("q", "").strip()[: queries.LONGEST_SEARCH],
        segment=asked.get("segment", "") if asked.get("segment") in names else "",
        stage=asked.get("stage", "") if asked.get("stage") in STAGES else "",
        tier=asked.get("tier", "") if asked.get("tier") in TIERS else "",
        churn=asked.get("churn", "") if asked.get("churn") in BANDS else "",
    )
    return render_template(
        "customers/list.html",
        page=queries.page(session(), wanted=wanted, cursor=asked.get("cursor")),
        wanted=wanted,
        names=names,
        stages=STAGES,
        tier_codes=TIERS,
        bands=BANDS,
        query={name: value for name, value in asked.items() if name not in {"lang", "cursor"} and value},
    )


def _holder(text: str) -> int | None:
    """Whose ticket has that number; visitors without an id are found only so."""
    if not text.upper().startswith("KS-"):
        return None
    return session().scalar(select(Ticket.customer_id).where(Ticket.number == text.upper()))
