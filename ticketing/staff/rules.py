"""Roles and permissions: who may do what, in one place."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Everything a member of staff may be allowed to do."""

    TICKET_READ = "ticket.read"
    TICKET_WORK = "ticket.work"
    TICKET_REASSIGN = "ticket.reassign"
    TICKET_MERGE = "ticket.merge"
    EXTENSION_APPROVE = "extension.approve"
    LETTER_APPROVE = "letter.approve"
    BOARD_READ = "board.read"
    CUSTOMER_REVEAL = "customer.reveal"
    CUSTOMER_READ = "customer.read"
    CUSTOMER_EDIT = "customer.edit"
    CUSTOMER_MERGE = "customer.merge"
    CUSTOMER_IMPORT = "customer.import"
    CUSTOMER_ERASE = "customer.erase"
    CARE_EDIT = "care.edit"
    POINTS_PROPOSE = "points.propose"
    POINTS_APPROVE = "points.approve"
    MACRO_EDIT = "macro.edit"
    KNOWLEDGE_READ = "knowledge.read"
    KNOWLEDGE_EDIT = "knowledge.edit"
    KNOWLEDGE_PUBLISH = "knowledge.publish"
    KNOWLEDGE_IMPORT = "knowledge.import"
    LEARNING_READ = "learning.read"
    LEARNING_DECIDE = "learning.decide"
    PROMISE_READ = "promise.read"
    PROMISE_EDIT = "promise.edit"
    ROOT_CAUSE_READ = "root_cause.read"
    ROOT_CAUSE_WORK = "root_cause.work"
    ROSTER_READ = "roster.read"
    ROSTER_EDIT = "roster.edit"
    SURVEY_EDIT = "survey.edit"
    SURVEY_REVIEW = "survey.review"
    REPORT_READ = "report.read"
    REPORT_EDIT = "report.edit"
    PERFORMANCE_OWN = "performance.own"
    PERFORMANCE_TEAM = "performance.team"
    AUDIT_READ = "audit.read"
    STAFF_EDIT = "staff.edit"


class Role(StrEnum):
    """What a member of staff is."""

    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    SUPERVISOR = "supervisor"
    COMPLIANCE = "compliance"
    ADMIN = "admin"


_AGENT = frozenset(
    {
        Permission.TICKET_READ,
        Permission.TICKET_WORK,
        Permission.KNOWLEDGE_READ,
        Permission.KNOWLEDGE_EDIT,
        Permission.CUSTOMER_REVEAL,
        Permission.CUSTOMER_READ,
        Permission.CUSTOMER_EDIT,
        Permission.POINTS_PROPOSE,
    }
)
_TEAM_LEAD = _AGENT | {
    Permission.KNOWLEDGE_PUBLISH,
    Permission.TICKET_REASSIGN,
    Permission.TICKET_MERGE,
    Permission.CUSTOMER_MERGE,
    Permission.LETTER_APPROVE,
    Permission.BOARD_READ,
    Permission.MACRO_EDIT,
    Permission.PROMISE_READ,
    Permission.ROOT_CAUSE_READ,
    Permission.ROOT_CAUSE_WORK,
    Permission.ROSTER_READ,
    Permission.ROSTER_EDIT,
    Permission.LEARNING_READ,
    Permission.LEARNING_DECIDE,
    Permission.REPORT_READ,
    Permission.PERFORMANCE_TEAM,
}
_SUPERVISOR = _TEAM_LEAD | {
    Permission.EXTENSION_APPROVE,
    Permission.PROMISE_EDIT,
    Permission.KNOWLEDGE_IMPORT,
    Permission.SURVEY_EDIT,
    Permission.SURVEY_REVIEW,
    Permission.REPORT_EDIT,
    Permission.CUSTOMER_IMPORT,
    Permission.CARE_EDIT,
    Permission.POINTS_APPROVE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT | {Permission.PERFORMANCE_OWN},
    Role.TEAM_LEAD: _TEAM_LEAD,
    Role.SUPERVISOR: _SUPERVISOR,
    # Compliance looks and approves; handling cases stays with the business side (handbook §6.3, separation of duties).
    Role.COMPLIANCE: frozenset(
        {
            Permission.TICKET_READ,
            Permission.LETTER_APPROVE,
            Permission.EXTENSION_APPROVE,
            Permission.BOARD_READ,
            Permission.CUSTOMER_READ,
            Permission.CUSTOMER_ERASE,
            Permission.KNOWLEDGE_READ,
            Permission.KNOWLEDGE_PUBLISH,
            Permission.LEARNING_READ,
            Permission.PROMISE_READ,
            Permission.ROOT_CAUSE_READ,
            Permission.ROOT_CAUSE_WORK,
            Permission.ROSTER_READ,
            Permission.REPORT_READ,
            Permission.AUDIT_READ,
        }
    ),
    Role.ADMIN: frozenset({Permission.AUDIT_READ, Permission.KNOWLEDGE_READ, Permission.STAFF_EDIT}),
}


def allowed(role: str | None, permission: Permission) -> bool:
    """Whether a role carries a permission; an unknown role carries none."""
    return role is not None and role in PERMISSIONS and permission in PERMISSIONS[Role(role)]
