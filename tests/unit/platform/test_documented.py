"""What must be documented is."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import REGISTRY

from ticketing.platform import metrics
from ticketing.staff.rules import PERMISSIONS, Permission, Role

OPERATIONS = Path("docs/operations.md").read_text(encoding="utf-8")


def test_every_metric_is_described() -> None:
    assert metrics.TURN_SECONDS
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("kesu_")}
    assert len(ours) >= 8
    described = {name.removesuffix("_total") for name in re.findall(r"`(kesu_\w+)`", OPERATIONS)}
    assert ours <= described


def test_the_permission_table_is_the_code() -> None:
    columns = [Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.COMPLIANCE, Role.ADMIN]
    for permission in Permission:
        cells = ["yes" if permission in PERMISSIONS[role] else "–" for role in columns]
        assert f"| `{permission}` | {' | '.join(cells)} |" in OPERATIONS
