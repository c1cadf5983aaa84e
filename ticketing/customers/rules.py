"""How a customer is shown, addressed and served by tier. Pure.

Source: handbook §1.4 (masking, minimum necessary data), §4.1 (differentiated service: queue priority, wording).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

COMPOUND_SURNAMES = frozenset(
    (
        "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容",
        "令狐", "端木", "夏侯", "南宫", "独孤", "宇文", "长孙", "轩辕", "申屠", "百里",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """What a tier gets. ``head_start`` is how much earlier it counts as having joined the chat queue.

    It is small and fixed, so whoever waits is passed by at most those who come within that time, and never by someone
    in distress the other way round: urgent hand-overs go first whatever the tier. Promised times know no tier unless
    a policy names one, and the work list is ordered by them, so ``ticket_priority`` breaks nobody's promise.
    """

    head_start: timedelta
    ticket_priority: str
    salutation: str


TIER_SERVICE: Mapping[str, Service] = {
    "standard": Service(timedelta(0), "normal", "plain"),
    "silver": Service(timedelta(seconds=30), "normal", "plain"),
    "gold": Service(timedelta(seconds=60), "high", "valued"),
    "private": Service(timedelta(seconds=120), "high", "valued"),
}
TIERS = tuple(TIER_SERVICE)


def service_of(tier: str | None) -> Service:
    """What a tier gets; one that we do not know is served as standard."""
    return TIER_SERVICE.get(tier or "", TIER_SERVICE["standard"])


def masked_name(name: str | None) -> str:
    """``张**``, ``J*** S***``; empty for nobody."""
    parts = (name or "").split()
    if len(parts) == 1 and not parts[0].isascii():
        return parts[0][0] + "*" * min(max(len(parts[0]) - 1, 1), 2)
    return " ".join(part[0] + "***" for part in parts)


def addressed(name: str | None, language: str, tier: str | None = None) -> str:
    """How to address a customer without saying more of the name than is shown anyway.

    ``王先生/女士``, ``customer``; from gold on ``尊敬的王先生/女士``, ``valued customer``.
    """
    valued = service_of(tier).salutation == "valued"
    given = (name or "").strip()
    if language == "en":
        return "valued customer" if valued else "customer"
    if not given or given.isascii():
        return "尊敬的客户" if valued else "客户"
    surname = given[:2] if given[:2] in COMPOUND_SURNAMES else given[0]
    return f"{'尊敬的' if valued else ''}{surname}先生/女士"


def masked_phone(phone: str | None) -> str:
    """``138****5678``: the first three and last four digits; shorter numbers keep their last two."""
    digits = (phone or "").strip()
    if len(digits) < 9:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"


def masked_email(email: str | None) -> str:
    """``l***@example.com``."""
    local, at, host = (email or "").strip().partition("@")
    return f"{local[:1]}***@{host}" if at else "*" * len(local)


def masked_contact(contact: str | None) -> str:
    """A contact of either kind, masked."""
    return masked_email(contact) if "@" in (contact or "") else masked_phone(contact)


def masked(field: str, value: str | None) -> str:
    """A field's value as people see it who did not ask for it: personal ones masked, others whole."""
    if not value:
        return ""
    shown = {"name": masked_name, "phone": masked_phone, "email": masked_email}.get(field)
    if shown is not None:
        return shown(value)
    if field == "birthday":
        return "****-**-**"
    return value[:2] + "***" if field == "region" else value
