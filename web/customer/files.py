"""Evidence on the customer's pages: files as drafts while a form is filled in, filed when it is sent.

With a script each file goes up by itself, with progress, and the form names it; without one the files come with the form.
Drafts belong to the browser's visit, so that a visitor who is nobody's customer yet can show something too.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, cast

from flask import Blueprint, current_app, g, jsonify, request

from ticketing.attachments import queries, rules, service
from ticketing.attachments.models import Attachment
from ticketing.attachments.service import Prepared, Sender
from ticketing.platform.errors import DomainError
from ticketing.platform.http import problem, runtime, session, takes_up_to, transaction
from ticketing.platform.ids import token_hash
from ticketing.tickets.models import Ticket
from web import downloads, language
from web.auth import own_door
from web.auth.cookies import visit
from web.customer.browser import signed_in_customer
from web.gateway.process import gateway

P = ParamSpec("P")
pages = Blueprint("customer_files", __name__, url_prefix="/my/files")
FORM_BYTES = 256 * 1024
UPLOADS_PER_MINUTE = 60
"""From one address: offices and mobile networks share one."""


@dataclass(frozen=True)
class Given:
    """The files of a form: checked ones that came with it, and what was wrong with others, by name."""

    fresh: list[tuple[str, Prepared]] = field(default_factory=list)
    refused: list[tuple[str, DomainError]] = field(default_factory=list)


def with_files(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let a form bring files: they are checked and redrawn before the view's transaction opens."""

    @functools.wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        g.files_given = _checked()
        with runtime().database.transaction() as g.session:
            return current_app.make_response(view(*args, **kwargs))

    return takes_up_to(rules.PER_FORM * rules.MAX_BYTES + FORM_BYTES)(transaction("none")(run))


def given() -> Given:
    """What came with this request's form."""
    return cast(Given, g.get("files_given") or Given())


def drafts() -> Sequence[Attachment]:
    """The drafts that the form names and the files that came with it, all stored now; stored once however often it is sent."""
    held = held_by()
    if held is None:
        return []
    named = list(queries.drafts(session(), request.form.getlist("attachment"), held_by=held))
    for key, prepared in given().fresh:
        try:
            stored = service.store(session(), clock=runtime().clock, sender=_sender(held), key=key, prepared=prepared)
        except DomainError as refusal:
            given().refused.append((prepared.name, refusal))
            break
        if stored.held_by is not None and stored not in named:
            named.append(stored)
    dropped = set(request.form.getlist("without"))
    return [each for each in named if each.public_id not in dropped][: rules.PER_FORM]


def sent() -> list[str]:
    """What the form names and brings, the same each time it is sent; for telling a second click from a second form."""
    return sorted([*request.form.getlist("attachment"), *(key for key, _prepared in given().fresh)])


def problems(ticket: Ticket | None = None) -> list[str]:
    """What is wrong with this form's files, each in the reader's language."""
    told = [f"{name}: {refusal.text(language.current())}" for name, refusal in given().refused]
    if ticket is not None and len(drafts()) > service.room(session(), ticket):
        told.append(DomainError("attachment_ticket_limit", limit=rules.PER_TICKET).text(language.current()))
    return told


def held_by() -> str | None:
    """The mark of this browser on its drafts; None before it has seen a form of ours."""
    mark = visit()
    return token_hash(f"files {mark}") if mark else None


@pages.post("")
@own_door("customer")
@transaction("none")
@takes_up_to(rules.MAX_BYTES + FORM_BYTES)
def upload() -> Any:
    """Take one file as a draft; a program reads the answer."""
    try:
        gateway().limits.check("uploads", request.remote_addr or "", UPLOADS_PER_MINUTE)
        return jsonify(_upload()), 201
    except DomainError as refusal:
        return problem(refusal)


@pages.post("/<public_id>/removal")
@own_door("customer")
def remove(public_id: str) -> Any:
    """Take a draft back."""
    service.discard(session(), queries.own(session(), public_id, customer_id=None, held_by=held_by()))
    return "", 204


@pages.get("/<public_id>")
@own_door("customer")
def show(public_id: str) -> Any:
    """A customer's own file, or a draft of this browser."""
    actor = signed_in_customer()
    found = queries.own(session(), public_id, customer_id=actor.id if actor else None, held_by=held_by())
    return downloads.send(found)


def _upload() -> dict[str, Any]:
    held, file = held_by(), request.files.get("file")
    if held is None or file is None:
        raise DomainError("attachment_missing")
    current = runtime()
    prepared = service.prepare(file.read(), name=file.filename or "", scanner=current.settings.scanner)
    key = f"u{request.form.get('key', '')[:60]}"
    with current.database.transaction() as writing:
        stored = service.store(writing, clock=current.clock, sender=_sender(held), key=key, prepared=prepared)
    return {"id": stored.public_id, "name": stored.name, "size": rules.size_text(stored.size)}


def _sender(held: str) -> Sender:
    return Sender(scope=f"form:{held}", held_by=held)


def _checked() -> Given:
    found = Given()
    brought = [each for each in request.files.getlist("files") if each.filename]
    if brought:
        gateway().limits.check("uploads", request.remote_addr or "", UPLOADS_PER_MINUTE)
    for each in brought[: rules.PER_FORM]:
        content, name = each.read(), each.filename or ""
        try:
            prepared = service.prepare(content, name=name, scanner=runtime().settings.scanner)
        except DomainError as refusal:
            found.refused.append((name, refusal))
        else:
            form = request.form.get("key", "")[:40]
            found.fresh.append((f"f{form}:{hashlib.sha256(content).hexdigest()[:50]}", prepared))
    if len(brought) > rules.PER_FORM:
        one_too_many = DomainError("attachment_form_limit", limit=rules.PER_FORM)
        found.refused.append((brought[rules.PER_FORM].filename or "", one_too_many))
    return found
