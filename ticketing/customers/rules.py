"""How a customer is shown to people who need not know everything. Pure.

Source: handbook §1.4 (masking, minimum necessary data).
"""

from __future__ import annotations

COMPOUND_SURNAMES = frozenset(
    (
        "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容",
        "令狐", "端木", "夏侯", "南宫", "独孤", "宇文", "长孙", "轩辕", "申屠", "百里",
    )
)  # fmt: skip


def masked_name(name: str | None) -> str:
    """``张**``, ``J*** S***``; empty for nobody."""
    parts = (name or "").split()
    if len(parts) == 1 and not parts[0].isascii():
        return parts[0][0] + "*" * min(max(len(parts[0]) - 1, 1), 2)
    return " ".join(part[0] + "***" for part in parts)


def addressed(name: str | None, language: str) -> str:
    """How to address a customer without saying more of the name than is shown anyway: ``王先生/女士``, ``customer``."""
    given = (name or "").strip()
    if language == "en" or not given or given.isascii():
        return "customer" if language == "en" else "客户"
    surname = given[:2] if given[:2] in COMPOUND_SURNAMES else given[0]
    return f"{surname}先生/女士"


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
