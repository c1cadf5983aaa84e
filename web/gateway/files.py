"""Files sent from the widget: one at a time, as a form with ``client_id`` and ``file``."""

from __future__ import annotations

import re

from flask import Response, jsonify, request

from ticketing.attachments import chatting, service
from ticketing.attachments.rules import MAX_BYTES
from ticketing.conversations import queries
from ticketing.platform.access import own_door
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, takes_up_to, transaction
from web.gateway import guard, shown
from web.gateway.process import gateway
from web.gateway.views import chat

FORM_BYTES = 64 * 1024
UPLOADS_PER_MINUTE = 20
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@chat.post("/<public_id>/files")
@own_door("conversation")
@transaction("none")
@takes_up_to(MAX_BYTES + FORM_BYTES)
def send_file(public_id: str) -> Response:
    """The customer's file; answers like a message. It is checked before a transaction opens."""
    guard.check(public_id)
    gateway().limits.check("uploads", public_id, UPLOADS_PER_MINUTE)
    client_id, given = request.form.get("client_id", ""), request.files.get("file")
    if not _CLIENT_ID.fullmatch(client_id):
        raise DomainError("input_invalid", fields=["client_id"], field_names="client_id")
    if given is None:
        raise DomainError("attachment_missing")
    current = runtime()
    prepared = service.prepare(given.read(), name=given.filename or "", scanner=current.settings.scanner)
    with current.database.transaction() as session:
        conversation = queries.by_public_id(session, public_id)
        line = chatting.send(
            session, clock=current.clock, conversation=conversation, client_id=client_id, prepared=prepared
        )
        lines = queries.messages(session, conversation_id=conversation.id, after=line.seq - 1, limit=100)
        return jsonify(shown.lines(conversation, lines, session))
