"""The customer's own data: what is held, a copy of it to ask for, and the way to fetch that copy."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from ticketing.privacy import queries, service
from web import language
from web.customer.browser import customer, customer_id, customers_only, see, signed_in_lately

pages = Blueprint("customer_data", __name__, url_prefix="/my/data")
NOTICES = frozenset({"requested"})


@pages.get("")
@customers_only
def overview() -> Any:
    """What is held and how the latest requests stand."""
    return overview_page()


@pages.post("/exports")
@customers_only
def request_export() -> Any:
    """Ask for a copy; pressing again while it is made changes nothing."""
    who = session().get_one(Customer, customer_id())
    spoken = language.current()
    try:
        service.request(session(), clock=runtime().clock, actor=customer(), customer=who, language=spoken)
    except DomainError as refusal:
        return make_response(overview_page(refusal), refusal.status)
    return see(url_for("customer_data.overview", done="requested"))


@pages.post("/exports/<public_id>/link")
@customers_only
def open_export(public_id: str) -> Any:
    """Lead to the archive by a link that works once; only for whom has proved lately who they are."""
    found = service.own(session(), public_id=public_id, customer_id=customer_id())
    if not signed_in_lately(service.SIGNED_IN_WITHIN):
        return make_response(render_template("customer/data_again.html", of="copy"), 403)
    token = service.create_link(session(), clock=runtime().clock, actor=customer(), export=found)
    return see(url_for("customer_data.fetch", token=token))


@pages.get("/fetch/<token>")
@customers_only
@transaction("write")
def fetch(token: str) -> Any:
    """The archive, once. A HEAD uses nothing up."""
    if request.method == "HEAD":
        return "", 204
    found = service.redeem(session(), clock=runtime().clock, actor=customer(), token=token, customer_id=customer_id())
    response = Response(service.content(runtime().database, found), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="kesu-data-{found.requested_at:%Y%m%d}.zip"'
    response.headers["Content-Length"] = str(found.size)
    response.headers["Cache-Control"] = "no-store"
    return response


def overview_page(refusal: DomainError | None = None) -> str:
    """The page, with why a request was refused."""
    notice = request.args.get("done")
    exports = queries.requests(session(), customer_id=customer_id())
    return render_template(
        "customer/data.html",
        holdings=queries.holdings(session(), customer_id=customer_id()),
        exports=exports,
        making=any(each.status == "requested" for each in exports),
        may_ask=service.may_ask(exports[0] if exports else None, clock=runtime().clock),
        refusal=refusal,
        notice=notice if notice in NOTICES else None,
    )
