"""A report's words: its catalogue, its title, and the summary in sentences made from the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.platform import yaml_files
from ticketing.platform.plurals import fill
from ticketing.rootcauses import wording as causes
from ticketing.tickets import wording as tickets

FEW_ANSWERS = 5
GROUPS = {
    "category": "category",
    "product": "product",
    "channel": "channel",
    "severity": "severity",
    "part": "survey_part_short",
}


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All texts by key and language."""
    loaded: dict[str, dict[str, str]] = yaml_files.read(Path(__file__).with_name("words.yml"))
    return loaded


def text(key: str, language: str, **values: Any) -> str:
    """One text; raises KeyError for an unknown key."""
    return fill(catalogue()[key][language], values)


def name(dimension: str, code: str, language: str) -> str:
    """What a code of a dimension is called."""
    return tickets.name(GROUPS[dimension], code, language) if code else text("unknown", language)


def cause(code: str, language: str) -> str:
    """What a kind of cause is called."""
    return causes.name("cause_category", code, language) if code else text("causes.unanalysed", language)


def title(rhythm: str, language: str) -> str:
    """What the report is called."""
    return text(f"title.{rhythm}", language)


def span(starts_on: date, last_on: date, language: str) -> str:
    """Its days: ``2026年11月16日 至 11月22日``."""
    start = day(starts_on, language, year=True)
    if starts_on == last_on:
        return start
    return text("span.long", language, start=start, end=day(last_on, language, year=starts_on.year != last_on.year))


def day(on: date, language: str, *, year: bool = False) -> str:
    """``2026年11月16日`` or ``16 Nov 2026``."""
    if language == "en":
        return f"{on.day} {on:%b}" + (f" {on.year}" if year else "")
    return (f"{on.year}年" if year else "") + f"{on.month}月{on.day}日"


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A local time with its date."""
    local = at.astimezone(zone)
    return f"{day(local.date(), language, year=True)} {local:%H:%M}"


def change(now: float | None, before: float | None, language: str) -> str:
    """``+12%``; a dash where there is nothing to compare with."""
    if now is None or not before:
        return "—"
    percent = round(100 * (now - before) / before)
    unit = " %" if language == "en" else "%"
    return f"{percent:+d}{unit}" if percent else f"0{unit}"


def summary(figures: Mapping[str, Any], language: str) -> list[str]:
    """The report in sentences, what matters most first."""
    parts = (_volume, _timeliness, _satisfaction, _rate, _attention)
    return [
        " ".join(said) if language == "en" else "".join(said) for part in parts if (said := part(figures, language))
    ]


def _volume(figures: Mapping[str, Any], language: str) -> list[str]:
    total = figures["volume"]["total"]
    now, before = total["now"], total["before"]
    if not now:
        return [text("say.volume.none", language)]
    case = "first" if not before else "up" if now > before else "down" if now < before else "same"
    percent = round(100 * abs(now - before) / before) if before else 0
    said = [text(f"say.volume.{case}", language, now=now, before=before, percent=percent)]
    most = figures["volume"]["category"][0]
    said.append(
        text(
            "say.class",
            language,
            name=name("category", most["code"], language),
            count=most["now"],
            percent=round(100 * most["now"] / now),
        )
    )
    amounts = [
        text("say.amount", language, sum=f"{float(row['now']):,.2f}", currency=row["currency"])
        for row in figures["extent"]["amounts"]
    ]
    said.append(text("say.extent", language, customers=figures["extent"]["customers"]["now"], amount="".join(amounts)))
    return said


def _timeliness(figures: Mapping[str, Any], language: str) -> list[str]:
    row = next(each for each in figures["timeliness"] if each["clock"] == "resolution")
    if row["share"] is None:
        return [text("say.unsettled", language)]
    moved = _moved("say.points", row["share"], row["share_before"], language)
    return [text("say.kept", language, kept=row["kept"], broken=row["broken"], share=f"{row['share']:g}", change=moved)]


def _satisfaction(figures: Mapping[str, Any], language: str) -> list[str]:
    found = figures["satisfaction"]["now"]
    if not found["answers"]:
        return [text("say.unrated", language)]
    moved = _moved("say.index", found["index"], figures["satisfaction"]["before"]["index"], language)
    said = [text("say.index", language, index=f"{found['index']:g}", answers=found["answers"], change=moved)]
    if found["answers"] < FEW_ANSWERS:
        said.append(text("say.few", language))
    return said


def _rate(figures: Mapping[str, Any], language: str) -> list[str]:
    now, before = figures["rate"]["now"]["rate"], figures["rate"]["before"]["rate"]
    if now is None:
        return []
    former = text("say.rate.change", language, before=f"{before:g}") if before is not None else ""
    return [text("say.rate", language, rate=f"{now:g}", change=former)]


def _attention(figures: Mapping[str, Any], language: str) -> list[str]:
    """What somebody has to do something about."""
    waiting = figures["satisfaction"]["low"] - figures["satisfaction"]["reviewed"]
    counts = {
        "say.critical": figures["risk"]["now"]["critical"],
        "say.overdue": figures["measures"]["now"]["overdue"],
        "say.reviews": waiting,
    }
    return [text(key, language, count=count) for key, count in counts.items() if count]


def _moved(key: str, now: float, before: float | None, language: str) -> str:
    if before is None:
        return ""
    points = round(abs(now - before), 1)
    case = "same" if not points else "up" if now > before else "down"
    return text(f"{key}.{case}", language, points=f"{points:g}")
