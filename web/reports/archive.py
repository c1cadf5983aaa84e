"""The archive of reports: the list, one report, its PDF, one made now, and sending again."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from markupsafe import Markup

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.reports.periodic import archive as service
from ticketing.reports.periodic import plans, queries, wording
from ticketing.reports.periodic.models import PeriodicReport
from ticketing.reports.periodic.periods import Rhythm
from web import language
from web.reports.pages import ROOT, editing, pages, reading, shows_refusals_of


@pages.get(ROOT)
@reading
def archive() -> str:
    """All reports, narrowed by rhythm and language."""
    return listed()


@pages.get(f"{ROOT}/list")
@reading
def archive_rows() -> str:
    """The rows alone, fetched again while a report is being made."""
    return render_template("reports/archive_rows.html", **found())


@pages.post(ROOT)
@editing
def order() -> Any:
    """Have a report made of a period, as far as it has come."""
    service.order(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        rhythm=request.form.get("rhythm", ""),
        day=_day(request.form.get("day", "")),
        language=request.form.get("language", ""),
        zone=language.zone(),
    )
    return redirect(url_for("reports.archive", ordered=1), 303)


@shows_refusals_of("order")
def refused(error: DomainError) -> Any:
    """The list again, with what was chosen."""
    return listed(error=error, typed=request.form), error.status


@pages.get(f"{ROOT}/<int:report_id>")
@reading
def report(report_id: int) -> str:
    """One report as it was archived."""
    row = service.by_id(session(), report_id, whole=True)
    return render_template(
        "reports/report.html",
        report=row,
        body=Markup(row.html),  # noqa: S704 the template that made it escapes every word
        title=title(row),
        unchanged=service.unchanged(row),
        deliveries=queries.deliveries(session(), report_id=report_id),
    )


@pages.get(f"{ROOT}/<int:report_id>/report.pdf")
@reading
def pdf(report_id: int) -> Any:
    """Its PDF."""
    row = service.by_id(session(), report_id, whole=True)
    if row.pdf is None:
        raise DomainError("report_pdf_missing")
    answer = send_file(
        BytesIO(row.pdf), mimetype="application/pdf", as_attachment=True, download_name=service.file_name(row)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post(f"{ROOT}/<int:report_id>/send")
@editing
def send_again(report_id: int) -> Any:
    """Send it to its owners once more."""
    count = service.send_again(session(), clock=runtime().clock, actor=current_actor(), report_id=report_id)
    return redirect(url_for("reports.report", report_id=report_id, sent=count), 303)


def listed(*, error: DomainError | None = None, typed: Any = None) -> str:
    """The page."""
    today = runtime().clock.now().astimezone(language.zone()).date()
    return render_template("reports/archive.html", error=error, typed=typed or {}, today=today, **found())


def found() -> dict[str, Any]:
    """What the list shows."""
    rhythm = _one_of(Rhythm, request.args.get("rhythm"))
    spoken = _one_of(plans.LANGUAGES, request.args.get("language"))
    page = queries.archive(session(), rhythm=rhythm, language=spoken, cursor=request.args.get("cursor"))
    return {
        "page": page,
        "titles": {row.id: title(row) for row in page.items},
        "rhythms": list(Rhythm),
        "languages": plans.LANGUAGES,
        "rhythm": rhythm,
        "language_wanted": spoken,
        "waiting": service.ordered(session(), staff_id=current_actor().staff_id),
    }


def title(row: PeriodicReport) -> str:
    """A report as its reader's language calls it."""
    spoken = language.current()
    return f"{wording.title(row.rhythm, spoken)} · {wording.span(row.starts_on, _last(row), spoken)}"


def _last(row: PeriodicReport) -> date:
    return date.fromordinal(row.ends_on.toordinal() - 1)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _one_of(known: Any, given: str | None) -> str | None:
    return given if given in set(known) else None
