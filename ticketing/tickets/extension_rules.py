"""How far the law's time can be extended, and who may grant it. Pure.

Source: 《银行业保险业消费投诉处理管理办法》(2020): complex cases 30 days, a further 30 in special circumstances.
"""

from __future__ import annotations

CLOCK = "statutory"
LAST_STEP = 2
DAY_SECONDS = 24 * 3600
_DAYS_IN_ALL = {1: 30, 2: 60}
_ROLES = {1: frozenset({"supervisor", "compliance"}), 2: frozenset({"compliance"})}


def target_seconds(step: int) -> int:
    """The whole limit after this extension, counted from the complaint."""
    return _DAYS_IN_ALL[step] * DAY_SECONDS


def may_decide(
    step: int, *, role: str, staff_id: int | None, requested_by: int, first_approver: int | None
) -> str | None:
    """None if this person may decide the request, else the refusal's code.

    The first by a supervisor or compliance, the second by compliance and not by whoever granted the first.
    """
    if staff_id == requested_by:
        return "extension_four_eyes"
    if role not in _ROLES[step]:
        return "extension_compliance_only"
    if step == LAST_STEP and staff_id == first_approver:
        return "extension_same_approver"
    return None
