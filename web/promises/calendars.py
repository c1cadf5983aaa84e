"""The work calendars: a year at a glance, hours, special days, the State Council's list."""

from __future__ import annotations

import calendar as gregorian
from datetime import date
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.sla import calendar_editing, rollouts
from ticketing.sla.calendar_store import load_calendars, years_without_data
from ticketing.sla.models import Calendar
from web import language
from web.promises import calendar_form, words
from web.promises.pages import pages, shows_refusals_of
from web.promises.policies import editing, reading

CALENDAR = "/promises/calendars/<code>"


@pages.get("/promises/calendars")
@reading
def calendars() -> str:
    """All calendars, and years whose public holidays are not there."""
    rows = session().scalars(select(Calendar).order_by(Calendar.id)).all()
    return render_template("promises/calendars.html", rows=rows, year=year_now(), gaps=gaps(), **tools())


@pages.get(CALENDAR)
@reading
def calendar(code: str) -> str:
    """One calendar's year."""
    return year_page(code)


@pages.get(f"{CALENDAR}/rollouts")
@reading
def calendar_rollouts(code: str) -> str:
    """How far running tickets have followed; fetched again while it goes on."""
    found = rollouts.of_calendar(session(), code)
    return render_template("promises/rollouts.html", rollouts=found, src=url_for(".calendar_rollouts", code=code))


@pages.post(f"{CALENDAR}/days")
@editing
def change_days(code: str) -> Any:
    """Add, change or take away special days."""
    given = calendar_form.read_days(request.form)
    calendar_editing.find(session(), code)
    if given.problems:
        return make_response(year_page(code, problems=given.problems), 422)
    calendar_editing.change_days(
        session(), clock=runtime().clock, actor=current_actor(), code=code, seen=seen(),
        days=given.days, kind=given.kind, periods=given.periods, name=given.name,
    )  # fmt: skip
    return redirect(url_for(".calendar", code=code, year=given.days[0].year), 303)


@pages.get("/promises/calendars/new")
@editing
def new_calendar() -> str:
    """The form of a new calendar."""
    return week_page(None)


@pages.get(f"{CALENDAR}/week")
@editing
def edit_week(code: str) -> str:
    """The form of a calendar's hours."""
    return week_page(code)


@pages.post("/promises/calendars/new")
@editing
def save_new_calendar() -> Any:
    """Make a calendar."""
    return save_hours(None)


@pages.post(f"{CALENDAR}/week")
@editing
def save_week(code: str) -> Any:
    """Change a calendar's hours."""
    calendar_editing.find(session(), code)
    return save_hours(code)


@pages.get(f"{CALENDAR}/import")
@editing
def show_import(code: str) -> str:
    """What importing a year would change."""
    return import_page(code)


@pages.post(f"{CALENDAR}/import")
@editing
def import_year(code: str) -> Any:
    """Take over the year's public days."""
    calendar_editing.import_year(
        session(), clock=runtime().clock, actor=current_actor(), code=code, seen=seen(),
        year=year_asked(), replace=request.form.get("conflicts") == "replace",
    )  # fmt: skip
    return redirect(url_for(".calendar", code=code, year=year_asked()), 303)


@pages.post(f"{CALENDAR}/confirm")
@editing
def confirm_year(code: str) -> Any:
    """Say that a year's days are complete."""
    calendar_editing.confirm_year(
        session(), clock=runtime().clock, actor=current_actor(), code=code, seen=seen(), year=year_asked()
    )
    return redirect(url_for(".calendar", code=code, year=year_asked()), 303)


@shows_refusals_of("change_days", "save_new_calendar", "save_week", "import_year", "confirm_year")
def refused_change(refusal: DomainError) -> Any:
    """The page again with the reason and everything typed."""
    code, view = (request.view_args or {}).get("code"), (request.endpoint or "").rpartition(".")[2]
    if code is None or view == "save_week":
        page = week_page(code, refusal=refusal)
    elif view == "import_year":
        page = import_page(code, refusal=refusal)
    else:
        page = year_page(code, refusal=refusal)
    return make_response(page, refusal.status)


def save_hours(code: str | None) -> Any:
    """Save the hours' form."""
    given = calendar_form.read_week(request.form)
    if given.problems:
        return make_response(week_page(code, problems=given.problems), 422)
    row = calendar_editing.change_week(
        session(), clock=runtime().clock, actor=current_actor(), code=code, seen=seen(), names=given.names,
        tz=given.tz, weekly=given.weekly, yearly_holidays=given.yearly, public=given.public,
    )  # fmt: skip
    return redirect(url_for(".calendar", code=row.code), 303)


def year_page(code: str, *, problems: dict[str, str] | None = None, refusal: DomainError | None = None) -> str:
    """The year with the form for its days."""
    row, year = calendar_editing.find(session(), code), year_asked()
    given = {name: request.values.get(name, "") for name in ("first", "last", "kind", "periods", "name")}
    days = calendar_editing.days_of(session(), row, year)
    chosen = days.get(date.fromisoformat(given["first"])) if _is_date(given["first"]) else None
    if request.method == "GET" and chosen is not None:
        given |= {"kind": chosen.kind, "name": chosen.name, "periods": calendar_form.written(chosen.periods)}
    given["periods"] = given["periods"] or calendar_form.written(calendar_editing.usual_periods(row))
    return render_template(
        "promises/calendar.html",
        row=row,
        year=year,
        work=load_calendars(session(), [code])[code],
        months=[gregorian.Calendar().monthdatescalendar(year, month) for month in range(1, 13)],
        days=days,
        typed=given,
        problems=said(problems),
        refusal=refusal,
        missing=[gap for gap in gaps() if gap[0] == code],
        rollouts=rollouts.of_calendar(session(), code),
        today=runtime().clock.now().astimezone(language.zone()).date(),
        **tools(),
    )


def week_page(code: str | None, *, problems: dict[str, str] | None = None, refusal: DomainError | None = None) -> str:
    """The form with names, zone and hours."""
    row = calendar_editing.find(session(), code) if code else None
    stored = {"tz": runtime().settings.time_zone, **{f"day_{day}": "09:00-18:00" for day in range(5)}}
    if row is not None:
        stored = {"name_zh": row.name_zh, "name_en": row.name_en, "tz": row.tz}
        stored |= {f"day_{day}": calendar_form.written(periods) for day, periods in enumerate(row.weekly)}
        stored |= {"yearly": ", ".join(f"{month:02}-{day:02}" for month, day in row.yearly_holidays)}
        stored |= {"public": "1"} if row.holiday_region else {}
    typed = request.form if request.method == "POST" else stored
    return render_template(
        "promises/week.html", row=row, typed=typed, problems=said(problems), refusal=refusal, **tools()
    )


def import_page(code: str, *, refusal: DomainError | None = None) -> str:
    """What would be added, what is there, what stands against it."""
    row, year = calendar_editing.find(session(), code), year_asked()
    plan = calendar_editing.plan_import(session(), row, year)
    return render_template("promises/import.html", row=row, year=year, plan=plan, refusal=refusal, **tools())


def gaps() -> list[tuple[str, int]]:
    """Calendars and years whose public holidays are not there."""
    return years_without_data(session(), runtime().clock)


def year_now() -> int:
    """This year, where the reader is."""
    return runtime().clock.now().astimezone(language.zone()).year


def year_asked() -> int:
    """The year of the address, the form or the typed date, else this one."""
    given = request.values.get("year") or request.values.get("first", "")[:4]
    return int(given) if given.isascii() and given.isdigit() and 2000 <= int(given[:5]) <= 2100 else year_now()


def seen() -> int:
    """The version the form's page showed."""
    given = request.form.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def said(problems: dict[str, str] | None) -> dict[str, str]:
    """Problems in words."""
    return {name: language.text(key) for name, key in (problems or {}).items()}


def tools() -> dict[str, Any]:
    """What the calendar templates say things with."""
    return {"words": words, "written": calendar_form.written}


def _is_date(raw: str) -> bool:
    try:
        return bool(date.fromisoformat(raw))
    except ValueError:
        return False
