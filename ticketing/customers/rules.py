"""How a customer is shown to people who need not know everything. Pure.

Source: handbook §1.4 (masking, minimum necessary data).
"""

from __future__ import annotations


def masked_name(name: str | None) -> str:
    """``张**``, ``J*** S***``; empty for nobody."""
    parts = (name or "").split()
    if len(parts) == 1 and not parts[0].isascii():
        return parts[0][0] + "*" * min(max(len(parts[0]) - 1, 1), 2)
    return " ".join(part[0] + "***" for part in parts)


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
