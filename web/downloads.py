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
    return _closed(response)


def send_picture(content: bytes, media_type: str) -> Response:
    """A picture for one of our own pages."""
    return _closed(send_file(BytesIO(content), mimetype=media_type))


def _closed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
