"""Files of customers: sent, checked by the worker, looked at, taken in."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from ticketing.customers import csv_files
from ticketing.customers import importing as files
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from web.agent import forms
from web.customers import words
from web.customers.pages import ROOT, importing, pages, shows_refusals_of

IMPORT = f"{ROOT}/imports/<int:import_id>"


@pages.get(f"{ROOT}/imports")
@importing
def imports() -> str:
    """The form to send a file, and the files sent lately."""
    return _page()


@pages.get(f"{ROOT}/imports/template.csv")
@importing
def template() -> Response:
    """A file to begin with."""
    response = make_response(csv_files.template())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="kesu-customers.csv"'
    return response


@pages.post(f"{ROOT}/imports")
@importing
def upload() -> Any:
    """Keep a file; the worker checks it."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise DomainError("customer_file_missing")
    raw = given.read()
    given.close()
    row = files.upload(session(), clock=runtime().clock, actor=current_actor(), name=given.filename, raw=raw)
    return redirect(url_for(".import_report", import_id=row.id), 303)


@pages.get(IMPORT)
@importing
def import_report(import_id: int) -> str:
    """What is wrong with a file and what taking it in would do, or how far it has come."""
    return _report("customers/import.html", import_id)


@pages.get(f"{IMPORT}/progress")
@importing
def import_progress(import_id: int) -> str:
    """The same without the frame, for the page to renew while the worker is at it."""
    return _report("customers/import_body.html", import_id)


@pages.post(IMPORT)
@importing
def decide_import(import_id: int) -> Any:
    """Take a checked file in, or throw it away."""
    deed = files.drop if request.form.get("deed") == "drop" else files.confirm
    deed(session(), clock=runtime().clock, actor=current_actor(), import_id=import_id)
    return redirect(url_for(".import_report", import_id=import_id), 303)


@shows_refusals_of("upload")
def not_kept(refusal: DomainError) -> Any:
    """The form again, with the reason."""
    return make_response(_page(refusal), refusal.status)


@shows_refusals_of("decide_import")
def not_decided(refusal: DomainError) -> Any:
    """The report as things are now, with the reason."""
    import_id = (request.view_args or {})["import_id"]
    return make_response(_report("customers/import.html", import_id, refusal), refusal.status)


def _page(refusal: DomainError | None = None) -> str:
    return render_template(
        "customers/imports.html", rows=files.latest(session()), names=words.people(), refusal=refusal,
        most=csv_files.MOST_LINES,
    )  # fmt: skip


def _report(template: str, import_id: int, refusal: DomainError | None = None) -> str:
    row = files.find(session(), import_id)
    problems, count = files.problems(session(), import_id, after=forms.whole("after"))
    return render_template(
        template, row=row, problems=problems, problem_count=count, refusal=refusal, running=files.RUNNING,
        names=words.people(),
    )  # fmt: skip
