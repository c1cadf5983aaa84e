"""The WSGI app: settings in, everything wired."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from flask import Flask, Response, jsonify, send_from_directory
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ticketing import api
from ticketing.integrity import queries as integrity
from ticketing.knowledge import retrieval
from ticketing.platform import crypto, http, log
from ticketing.platform.clock import Clock, SystemClock
from ticketing.platform.db import Database
from ticketing.platform.http import KesuFlask, Runtime, transaction
from ticketing.platform.settings import Settings
from web import (
    agent,
    assets,
    auth,
    customer,
    customers,
    gateway,
    knowledge,
    language,
    learning,
    navigation,
    notices,
    promises,
    rectification,
    reports,
    roster,
    search,
    security,
    staff,
    supervisor,
)
from web.auth import public

HERE = Path(__file__).parent
MAX_BODY_BYTES = 64 * 1024
API_DOCS = '{% include "api_docs.html" %}'
"""The package's own pages carry inline scripts, which our Content-Security-Policy refuses."""


def create_app(
    settings: Settings | None = None, *, database: Database | None = None, clock: Clock | None = None
) -> Flask:
    """Build the app. Tests hand in their own database and clock; a process reads the environment."""
    settings = settings or Settings.from_environment()
    log.configure(settings.log_level)
    crypto.install(crypto.Keyring.parse(settings.data_keys))
    app = KesuFlask(
        __name__,
        info={"title": "Kesu 客诉", "version": "1"},
        doc_prefix="/api/v1",
        doc_url="/openapi.json",
        static_folder=str(HERE / "static"),
        template_folder=str(HERE / "templates"),
    )
    app.openapi_version = "3.1.0"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        OPENAPI_HTML_STRING=API_DOCS,
        SWAGGER_HTML_STRING=API_DOCS,
    )
    app.extensions["kesu"] = Runtime(settings, database or Database(settings.database_url), clock or SystemClock())
    language.install(app)
    assets.install(app)
    navigation.install(app)
    http.install(app, render_page=security.render_refusal)
    security.install(app)
    api.register(app)
    auth.install(app)
    for part in (
        gateway, agent, supervisor, promises, knowledge, learning, rectification, reports, roster, staff, notices, search,
        customers, customer,
    ):  # fmt: skip
        part.install(app)
    _add_operations(app)
    return app


def warm(app: Flask) -> None:
    """Load what the first question would have to wait for: the embedding model and the article index."""
    current: Runtime = app.extensions["kesu"]
    with current.database.reading() as session:
        retrieval.look_up(
            session, clock=current.clock, query="你好 hello", topic=None, model=current.settings.embedding_model
        )


def _add_operations(app: Flask) -> None:
    @app.get("/healthz", doc_ui=False)
    @public
    @transaction("none")
    def healthz() -> Response:
        """The process runs."""
        return jsonify(status="ok")

    @app.get("/readyz", doc_ui=False)
    @public
    @transaction("read")
    def readyz() -> Response:
        """The process can serve: the database answers and is migrated."""
        http.session().execute(text("SELECT 1 FROM ticket LIMIT 1"))
        return jsonify(status="ready")

    @app.get("/metrics", doc_ui=False)
    @public
    @transaction("none")
    def metrics() -> Response:
        """Prometheus metrics of this process, and what the database says of the proof of promises."""
        with suppress(OperationalError), http.runtime().database.reading() as session:
            integrity.measure(session)
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    @app.get("/widget.js", doc_ui=False)
    @public
    @transaction("none")
    def widget() -> Response:
        """The chat widget, for any page."""
        response = send_from_directory(HERE / "static" / "vendor", "kesu.js", max_age=300)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response
