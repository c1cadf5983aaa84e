"""Refusals of forms: shown on the form's own page, which keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime
from web import security

Show = Callable[[DomainError], Any]


class Refusals:
    """The refusals of a blueprint's views: a page that is registered for a view, or the ordinary one."""

    def __init__(self, pages: Blueprint) -> None:
        self._prefix = f"{pages.name}."
        self._shows: dict[str, Show] = {}
        pages.register_error_handler(DomainError, self._answer)

    def of(self, *views: str) -> Callable[[Show], Show]:
        """Let a function show what those views refuse, on a page that keeps what was typed; it only reads."""

        def register(show: Show) -> Show:
            self._shows.update(dict.fromkeys(views, show))
            return show

        return register

    def _answer(self, error: DomainError) -> Any:
        show = self._shows.get((request.endpoint or "").removeprefix(self._prefix))
        if show is None or error.status in {401, 403, 404}:
            return security.render_refusal(error)
        with runtime().database.reading() as g.session:
            return show(error)
