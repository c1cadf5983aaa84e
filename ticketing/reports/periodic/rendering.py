"""A report's figures as HTML and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ticketing.platform.settings import Settings
from ticketing.reports.periodic import drawing, wording
from ticketing.reports.periodic.drawing import Series
from ticketing.tickets import letter_pdf
from ticketing.tickets import wording as tickets

_FOLDER = Path(__file__).with_name("templates")
STYLE = _FOLDER / "report.css"


def render(figures: Mapping[str, Any], *, language: str, settings: Settings, made_at: datetime) -> str:
    """The body of the report as HTML; charts are in it."""
    period = figures["period"]
    zone = ZoneInfo(period["zone"])
    w = partial(_text, language=language)
    return _template().render(
        f=figures,
        language=language,
        company=settings.company_en if language == "en" else settings.company_zh,
        title=wording.title(period["rhythm"], language),
        span=span_of(figures, language),
        until=wording.moment(datetime.fromisoformat(period["until"]), zone, language),
        made_at=wording.moment(made_at, zone, language),
        summary=wording.summary(figures, language),
        days=[_short(on) for on in figures["volume"]["days"]],
        charts={"days": _days(figures, w), "classes": _classes(figures, language, w)},
        rated_classes=[
            (wording.name("category", row["code"], language), row) for row in figures["satisfaction"]["category"]
        ],
        rated_teams=[(row["name"][language], row) for row in figures["satisfaction"]["team"]],
        w=w,
        name=lambda dimension, code: wording.name(dimension, code, language),
        cause=lambda code: wording.cause(code, language),
        change=lambda now, before: wording.change(now, before, language),
        status=lambda code: tickets.name("status", code, language),
        reasons=lambda codes: _joined((tickets.name("severity_reason", code, language) for code in codes), language),
        percent=lambda value: "—" if value is None else f"{value:g}%",
        money=lambda value: f"{float(value):,.2f}",
        measure_name=lambda measure: w(f"measure.{measure}"),
        measured=lambda measure, found: _measured(measure, found, language),
    )


def press(html: str, *, language: str, figures: Mapping[str, Any]) -> bytes:
    """The report on paper; raises ``letter_pdf.PdfUnavailable``."""
    title = f"{wording.title(figures['period']['rhythm'], language)} {span_of(figures, language)}"
    return letter_pdf.press(html, language=language, title=title, number=title, style=STYLE)


def span_of(figures: Mapping[str, Any], language: str) -> str:
    """The days it is about."""
    period = figures["period"]
    return wording.span(date.fromisoformat(period["starts_on"]), date.fromisoformat(period["last_on"]), language)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _text(key: str, *, language: str, **values: Any) -> str:
    return wording.text(key, language, **values)


def _short(on: str) -> str:
    day = date.fromisoformat(on)
    return f"{day.month}/{day.day}"


def _days(figures: Mapping[str, Any], w: Any) -> str:
    volume = figures["volume"]
    series = [Series(w("opened"), volume["opened"]), Series(w("closed"), volume["closed"])]
    return drawing.columns([_short(on) for on in volume["days"]], series, title=w("chart.days"))


def _classes(figures: Mapping[str, Any], language: str, w: Any) -> str:
    rows = [
        (wording.name("category", row["code"], language), row["now"], row["before"])
        for row in figures["volume"]["category"]
    ]
    return drawing.bars(rows, title=w("chart.classes"), names=(w("now"), w("before")))


def _joined(words: Any, language: str) -> str:
    return (", " if language == "en" else "、").join(words)


def _measured(measure: str, found: Mapping[str, Any], language: str) -> str:
    """``92.5%（目标 95%，未达到）``."""
    if found["verdict"] == "few":
        return wording.text("measure.few", language, cases=found["cases"])
    value = wording.text(f"measure.value.{measure}", language, value=f"{found['value']:g}")
    target = wording.text(f"measure.value.{measure}", language, value=f"{found['target']:g}")
    return wording.text(f"measure.{found['verdict']}", language, value=value, target=target)
