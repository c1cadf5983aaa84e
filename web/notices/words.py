"""A notice in the reader's language."""

from __future__ import annotations

from ticketing.notify import inbox
from ticketing.notify.models import StaffNotice
from web import language


def title(notice: StaffNotice) -> str:
    """What it says in one line."""
    return inbox.said(notice, language.current())


def said(notice: StaffNotice) -> str:
    """All of it."""
    return inbox.said(notice, language.current(), "text")
