"""Roles and permissions: who may do what, in one place."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Everything a member of staff may be allowed to do."""

    TICKET_READ = "ticket.read"
    TICKET_WORK = "ticket.work"
    TICKET_REASSIGN = "ticket.reassign"
    LETTER_APPROVE = "letter.approve"
    BOARD_READ = "board.read"
    CUSTOMER_REVEAL = "customer.reveal"
    KNOWLEDGE_READ = "knowledge.read"
    AUDIT_READ = "audit.read"


class Role(StrEnum):
    """What a member of staff is."""

    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    SUPERVISOR = "supervisor"
    COMPLIANCE = "compliance"
    ADMIN = "admin"


_AGENT = frozenset(
    {Permission.TICKET_READ, Permission.TICKET_WORK, Permission.KNOWLEDGE_READ, Permission.CUSTOMER_REVEAL}
)
_TEAM_LEAD = _AGENT | {Permission.TICKET_REASSIGN, Permission.LETTER_APPROVE, Permission.BOARD_READ}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.TEAM_LEAD: _TEAM_LEAD,
    Role.SUPERVISOR: _TEAM_LEAD,
    # Compliance looks and approves; handling cases stays with the business side (handbook §6.3, separation of duties).
    Role.COMPLIANCE: frozenset(
        {
            Permission.TICKET_READ,
            Permission.LETTER_APPROVE,
            Permission.BOARD_READ,
            Permission.KNOWLEDGE_READ,
            Permission.AUDIT_READ,
        }
    ),
    Role.ADMIN: frozenset({Permission.AUDIT_READ, Permission.KNOWLEDGE_READ}),
}


def allowed(role: str | None, permission: Permission) -> bool:
    """Whether a role carries a permission; an unknown role carries none."""
    return role is not None and role in PERMISSIONS and permission in PERMISSIONS[Role(role)]
