"""The edge of the process: one transaction a request, problem details, request ids, idempotent writes.

Used by the JSON API and by the pages alike.
"""

from __future__ import annotations

import functools
import re
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, cast

import structlog
from flask import Response, current_app, g, jsonify, make_response, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi import OpenAPI
from psycopg.errors import UniqueViolation
from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from ticketing.platform import idempotency, metrics, openapi
from ticketing.platform.bodies import KesuRequest, is_storable
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError, catalogue
from ticketing.platform.log import log
from ticketing.platform.settings import Settings

P = ParamSpec("P")
Mode = Literal["read", "write", "none"]
LANGUAGES = ("zh", "en")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_VERSION = re.compile(r'"?([0-9]{1,9})"?')


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


def takes_up_to(size: int) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Let a view's request be larger than the app allows in general: bytes of the whole body."""

    def mark(view: Callable[P, Any]) -> Callable[P, Any]:
        view.kesu_body_bytes = size  # type: ignore[attr-defined]
        return view

    return mark


class KesuFlask(OpenAPI):
    """Flask with one transaction around each view, strict JSON, and one shape of refusal."""

    request_class = KesuRequest

    def __init__(self, import_name: str, **options: Any) -> None:
        super().__init__(import_name, validation_error_callback=_refuse_invalid, **options)
        cast(DefaultJSONProvider, self.json).ensure_ascii = False

    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        openapi.complete(self, self.spec_json)

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
    return cast(str, chosen) if chosen in LANGUAGES else asked_language() or runtime().settings.default_language


def asked_language() -> str | None:
    """The first of the caller's languages that we speak; best_match would rank ``zh;q=0.1`` above ``en-AU``."""
    spoken = (value[:2].lower() for value in request.accept_languages.values())
    return next((value for value in spoken if value in LANGUAGES), None)


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
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


Render = Callable[[DomainError], Any]


def install(app: KesuFlask, *, render_page: Render) -> None:
    """Wire request ids, metrics and error handling; ``render_page`` shows a refusal to people reading pages."""

    def answer(error: DomainError) -> Any:
        return problem(error) if wants_json() else render_page(error)

    def answer_http(error: HTTPException) -> Any:
        response = current_app.make_response(answer(_from_http(error)))
        # What werkzeug knows and the problem does not: which methods there are (405), when to come again (429).
        told = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "Content-Range"}}
        response.headers.update(told)
        return response

    app.before_request(_open_request)
    app.before_request(_refuse_unstorable)
    app.after_request(_close_request)
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(ValidationError, lambda error: answer(invalid_input(error)))
    app.register_error_handler(StaleDataError, lambda _error: answer(DomainError("version_conflict")))
    app.register_error_handler(IntegrityError, lambda error: answer(_integrity(error)))
    app.register_error_handler(OperationalError, lambda error: answer(_unavailable(error)))
    app.register_error_handler(PoolExhausted, lambda error: answer(_unavailable(error)))
    app.register_error_handler(DataError, lambda error: answer(_unfit(error)))
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, lambda error: answer(_unexpected(error)))


def _open_request() -> None:
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if given.isascii() and given.isalnum() and len(given) <= 40 else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    # Before anything looks into the body: the proof that a form is ours stands in it.
    allowed = getattr(current_app.view_functions.get(request.endpoint or ""), "kesu_body_bytes", None)
    if allowed is not None:
        request.max_content_length = allowed


def _refuse_unstorable() -> None:
    """No row can be found under, or hold, what the database's text cannot hold."""
    if not all(is_storable(text) for text in (request.path, *request.args.keys(), *request.args.values())):
        raise DomainError("http_400")


def _close_request(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in METHODS else "other"
    metrics.REQUEST_SECONDS.labels(route, method, response.status_code).observe(seconds)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if wants_json():
        response.headers.setdefault("Cache-Control", "no-store")
    if not request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
        log.info(
            "http.request",
            action="request",
            route=route,
            method=method,
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


def _refuse_invalid(error: ValidationError) -> None:
    raise invalid_input(error)


def _integrity(error: IntegrityError) -> DomainError:
    if not _is_duplicate(error.orig):
        return _unexpected(error)
    log.warning("http.integrity_conflict", action="refuse", error=_name(error.orig))
    return DomainError("conflict")


def _is_duplicate(found: BaseException | None) -> bool:
    """Whether a unique constraint spoke; any other constraint is a fault of ours."""
    name = getattr(found, "sqlite_errorname", "")
    return isinstance(found, UniqueViolation) or name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def _unavailable(error: OperationalError | PoolExhausted) -> DomainError:
    log.error("http.database_unavailable", action="refuse", error=_name(getattr(error, "orig", None) or error))
    return DomainError("database_busy", retry_after=2)


def _unfit(error: DataError) -> DomainError:
    log.warning("http.value_unfit", action="refuse", error=_name(error.orig))
    return DomainError("http_400")


def _name(error: BaseException | None) -> str:
    """A driver's error without its text, which may repeat what was written."""
    return (
        error.sqlite_errorname
        if isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorname")
        else type(error).__name__
    )


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
            if not key or len(key) > 200 or not key.isprintable():
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

        run.kesu_idempotent = True  # type: ignore[attr-defined]
        return run

    return wrap


def versioned(view: Callable[P, Any]) -> Callable[P, Any]:
    """Say in the API's document that the view heeds If-Match."""
    view.kesu_versioned = True  # type: ignore[attr-defined]
    return view


def expected_version() -> int | None:
    """The version named by If-Match (``"3"``), None when the header is absent or ``*``; raises ``version_invalid``."""
    raw = request.headers.get("If-Match", "").strip()
    if raw in {"", "*"}:
        return None
    found = _VERSION.fullmatch(raw)
    if found is None:
        raise DomainError("version_invalid")
    return int(found[1])
