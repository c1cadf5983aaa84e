"""Articles out to files and in from them: nothing is taken in before someone has seen what it changes."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from ticketing.audit import service as audit
from ticketing.knowledge import difference, exchange
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from web import language
from web.knowledge import words
from web.knowledge.article import acting
from web.knowledge.pages import ROOT, importing, pages, reading, shows_refusals_of

KINDS = {"yml": ("application/yaml", exchange.as_yaml), "csv": ("text/csv", exchange.as_csv)}


@pages.get(f"{ROOT}/export.<kind>")
@reading
@transaction("write")
def export(kind: str) -> Response:
    """All published articles as a file; who took them is written down."""
    if kind not in KINDS:
        raise DomainError("http_404")
    mimetype, written = KINDS[kind]
    found = exchange.published(session())
    audit.record(
        session(), **acting(), action="knowledge.exported", subject=("article", "all"), kind=kind, count=len(found)
    )
    today = runtime().clock.now().astimezone(language.zone()).date()
    response = make_response(written(found))
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="kesu-knowledge-{today:%Y%m%d}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get(f"{ROOT}/import")
@importing
def choose_file() -> str:
    """The form to upload a file."""
    return render_template("knowledge/import.html", refusal=None)


@pages.post(f"{ROOT}/import")
@importing
def upload() -> Any:
    """Keep the file and show what it would change."""
    given = request.files.get("file")
    if given is None:
        raise DomainError("article_file_unreadable")
    raw = given.read()
    given.close()
    row = exchange.upload(session(), **acting(), name=given.filename or "articles.yml", raw=raw)
    return redirect(url_for(".import_report", import_id=row.id), 303)


@pages.get(f"{ROOT}/imports/<int:import_id>")
@importing
def import_report(import_id: int) -> str:
    """What taking the file in would do, line by line."""
    return report_page(import_id)


@pages.post(f"{ROOT}/imports/<int:import_id>")
@importing
def take_in(import_id: int) -> Any:
    """Do what the report said."""
    exchange.apply(session(), **acting(), import_id=import_id, digest=request.form.get("plan", ""))
    return redirect(url_for(".import_report", import_id=import_id), 303)


@shows_refusals_of("upload")
def unreadable(refusal: DomainError) -> Any:
    """The form again, with the reason."""
    return make_response(render_template("knowledge/import.html", refusal=refusal), refusal.status)


@shows_refusals_of("take_in")
def not_taken_in(refusal: DomainError) -> Any:
    """The report as things are now, with the reason."""
    import_id = (request.view_args or {})["import_id"]
    return make_response(report_page(import_id, refusal=refusal), refusal.status)


def report_page(import_id: int, refusal: DomainError | None = None) -> str:
    """The report as things are now."""
    row = exchange.find(session(), import_id)
    plan = exchange.plan(session(), row)
    return render_template(
        "knowledge/report.html", row=row, plan=plan, refusal=refusal, names=words.people(), words=words,
        between=difference.between,
    )  # fmt: skip
