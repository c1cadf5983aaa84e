"""The edge of the process: one transaction a request, problem details, request ids, idempotent writes.

Used by the JSON API and by the pages alike.
"""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, cast

import structlog
from flask import Response, current_app, g, jsonify, make_response, request
from flask_openapi import OpenAPI
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from ticketing.platform import idempotency, metrics
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError, catalogue
from ticketing.platform.log import log
from ticketing.platform.settings import Settings

P = ParamSpec("P")
Mode = Literal["read", "write", "none"]


@dataclass(frozen=True)
class Runtime:
    """What a request needs from its process."""

    settings: Settings
    database: Database
    clock: Clock


def runtime() -> Runtime:
    """The current app's runtime."""
    return cast(Runtime, current_app.extensions["kesu"])


def session() -> Session:
    """The request's session: committed when the view returns, rolled back when it raises."""
    return cast(Session, g.session)


def transaction(mode: Mode) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Override what the method implies (GET reads, others write): ``none`` for views that open their own."""

    def mark(view: Callable[P, Any]) -> Callable[P, Any]:
        view.kesu_transaction = mode  # type: ignore[attr-defined]
        return view

    return mark


class KesuFlask(OpenAPI):
    """Flask with one transaction around each view."""

    def dispatch_request(self) -> Any:
        database = runtime().database
        view = self.view_functions.get(request.endpoint or "")
        mode: Mode = getattr(
            view, "kesu_transaction", "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        )
        if view is None or mode == "none" or request.endpoint in {"static"}:
            return super().dispatch_request()
        with database.reading() if mode == "read" else database.transaction() as g.session:
            # The response is made inside the transaction, so that nothing lazy is read after it.
            return self.make_response(super().dispatch_request())


def reader_language() -> str:
    """The language of whoever reads the answer: set by authentication, else asked for by the browser."""
    chosen = g.get("language")
    if chosen in {"zh", "en"}:
        return cast(str, chosen)
    fallback = runtime().settings.default_language
    return request.accept_languages.best_match(["zh", "zh-CN", "en", "en-US", "en-GB"], fallback)[:2]


def wants_json() -> bool:
    """Whether the caller is a program (or the widget) rather than someone reading pages."""
    return request.path.startswith(("/api/", "/chat/"))


def problem(error: DomainError) -> Response:
    """An RFC 9457 answer in the reader's language."""
    body = error.problem(reader_language()) | {"request_id": g.get("request_id")}
    response = jsonify(body)
    response.status_code = error.status
    response.content_type = "application/problem+json"
    if "retry_after" in error.context:
        response.headers["Retry-After"] = str(error.context["retry_after"])
    return response


Render = Callable[[DomainError], Any]


def install(app: KesuFlask, *, render_page: Render) -> None:
    """Wire request ids, metrics and error handling; ``render_page`` shows a refusal to people reading pages."""

    def answer(error: DomainError) -> Any:
        return problem(error) if wants_json() else render_page(error)

    app.before_request(_open_request)
    app.after_request(_close_request)
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(ValidationError, lambda error: answer(invalid_input(error)))
    app.register_error_handler(StaleDataError, lambda _error: answer(DomainError("version_conflict")))
    app.register_error_handler(IntegrityError, lambda error: answer(_integrity(error)))
    app.register_error_handler(OperationalError, lambda error: answer(_unavailable(error)))
    app.register_error_handler(HTTPException, lambda error: answer(_from_http(error)))
    app.register_error_handler(Exception, lambda error: answer(_unexpected(error)))


def _open_request() -> None:
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if given.isascii() and given.isalnum() and len(given) <= 40 else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _close_request(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "unmatched"
    metrics.REQUEST_SECONDS.labels(route, request.method, response.status_code).observe(seconds)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if wants_json():
        response.headers.setdefault("Cache-Control", "no-store")
    if not request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
        log.info(
            "http.request",
            action="request",
            route=route,
            method=request.method,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
    return response


def invalid_input(error: ValidationError) -> DomainError:
    """What pydantic refused, as field names and short reasons; the values given are not repeated."""
    fields = [
        {"field": ".".join(str(part) for part in item["loc"]), "reason": item["type"]}
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return DomainError(
        "input_invalid", fields=fields, field_names=", ".join(str(item["field"]) or "body" for item in fields)
    )


def _integrity(error: IntegrityError) -> DomainError:
    log.warning("http.integrity_conflict", action="refuse", error=type(error.orig).__name__)
    return DomainError("conflict")


def _unavailable(error: OperationalError) -> DomainError:
    log.error("http.database_unavailable", action="refuse", error=type(error.orig).__name__)
    return DomainError("database_busy", retry_after=2)


def _from_http(error: HTTPException) -> DomainError:
    code = f"http_{error.code}"
    return DomainError(code if code in catalogue() else ("http_400" if (error.code or 500) < 500 else "unexpected"))


def _unexpected(error: Exception) -> DomainError:
    log.error("http.unexpected", action="fail", exc_info=error)
    return DomainError("unexpected")


def idempotent(scope: Callable[[], str]) -> Callable[[Callable[P, Any]], Callable[P, Response]]:
    """Let a view run once per Idempotency-Key header; a repeat gets the first answer. Without the header: 400."""

    def wrap(view: Callable[P, Any]) -> Callable[P, Response]:
        @functools.wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> Response:
            key = request.headers.get("Idempotency-Key", "").strip()
            if not key or len(key) > 200:
                raise DomainError("idempotency_key_missing")
            owner = scope()
            row = idempotency.claim(
                session(),
                clock=runtime().clock,
                scope=owner,
                key=key,
                fingerprint=idempotency.fingerprint(request.method, request.path, request.get_json(silent=True)),
            )
            if row.status != idempotency.UNANSWERED:
                repeated = make_response(jsonify(row.body) if row.body is not None else "", row.status)
                repeated.headers["Idempotency-Replayed"] = "true"
                return repeated
            response = make_response(view(*args, **kwargs))
            row.status, row.body = response.status_code, response.get_json(silent=True)
            return response

        return run

    return wrap


def expected_version() -> int | None:
    """The version named by If-Match (``"3"``), None when the header is absent."""
    raw = request.headers.get("If-Match", "").strip().strip('"')
    if not raw:
        return None
    if not raw.isdigit():
        raise DomainError("version_invalid")
    return int(raw)
