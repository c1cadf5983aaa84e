"""What the customer pages say: fields, values, reasons, people, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from ticketing.customers.fields import CHOICES
from ticketing.customers.models import Segment
from ticketing.platform.errors import DomainError
from ticketing.platform.http import session
from ticketing.staff.models import Staff
from web import language

AMOUNTS = frozenset({"holdings"})


def field(name: str) -> str:
    """A field's or column's name; a column that is none of ours stays as it is."""
    key = f"customers.field.{name}"
    return language.text(key) if key in language.catalogue() else name


def value(name: str, shown: str) -> str:
    """A field's value: codes as words, amounts with their thousands set off, counts and days as they are."""
    if not shown:
        return "—"
    if name in CHOICES or name == "deceased":
        key = f"customers.value.{name}.{shown}"
        return language.text(key) if key in language.catalogue() else shown
    if name in AMOUNTS:
        return f"{Decimal(shown):,.2f}"
    return shown


def problem(code: str, values: Mapping[str, Any]) -> str:
    """What is wrong and how to mend it."""
    return DomainError(f"customer_value_{code}", **values).text(language.current())


def segment_name(segment: Segment) -> str:
    """A segment's name."""
    return segment.name_en if language.current() == "en" else segment.name_zh


def segment_why(reasons: Mapping[str, str] | None) -> str:
    """Why somebody is in their segment."""
    if not reasons:
        return language.text("customers.segment.no_other")
    return language.text("app.list_joiner").join(
        f"{language.text(f'customers.dimension.{name}')}{language.text('customers.colon')}"
        f"{language.text(f'customers.dimension.{name}.{found}')}"
        for name, found in reasons.items()
    )


def churn_why(reasons: Sequence[Sequence[Any]] | None) -> list[tuple[str, int]]:
    """Each reason of a churn hint in words, with its points."""
    return [(language.text(f"customers.churn.{code}", n=found), points) for code, points, found in reasons or ()]


def actor(label: str, names: Mapping[int, str]) -> str:
    """``staff:7`` as a name; others by what they are."""
    kind, _, number = label.partition(":")
    if kind == "staff" and number.isdigit():
        return names.get(int(number), language.text("customers.actor.staff"))
    key = f"customers.actor.{kind}"
    return language.text(key) if key in language.catalogue() else label


def people() -> dict[int, str]:
    """All members of staff by id."""
    return dict(session().execute(select(Staff.id, Staff.name)).all())
