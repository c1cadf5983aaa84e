"""Sending customers' files: only pictures may show in a page, nothing may run, nobody in between may keep them."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from ticketing.attachments import service
from ticketing.attachments.models import Attachment
from ticketing.platform.http import session

POLICY = "default-src 'none'; sandbox"


def send(attachment: Attachment) -> Response:
    """The file as an answer; the name goes out percent-encoded, so it cannot break out of the header."""
    response = send_file(
        BytesIO(service.content_of(session(), attachment)),
        mimetype=attachment.media_type,
        as_attachment=not attachment.is_image,
        download_name=attachment.name,
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
