"""When performance is judged, and how."""

from __future__ import annotations

import pytest

from ticketing.reports.periodic.drawing import nice
from ticketing.reports.periodic.performance_rules import ROLE_SCOPE, Measure, Measured, Verdict, target_of, verdict


@pytest.mark.parametrize(
    ("measure", "found", "stands"),
    [
        (Measure.KEPT, Measured(50.0, 9, target=98), Verdict.FEW),
        (Measure.KEPT, Measured(50.0, 10, target=98), Verdict.MISSED),
        (Measure.KEPT, Measured(98.0, 10, target=98), Verdict.REACHED),
        (Measure.REPEATS, Measured(6.0, 20, target=5), Verdict.MISSED),
        (Measure.REPEATS, Measured(5.0, 20, target=5), Verdict.REACHED),
        (Measure.SATISFACTION, Measured(82.0, 8, target=85, margin=4), Verdict.REACHED),
        (Measure.SATISFACTION, Measured(80.0, 8, target=85, margin=4), Verdict.MISSED),
        (Measure.HANDLED, Measured(None, 0, target=6), Verdict.FEW),
    ],
)
def test_nobody_is_judged_by_too_few_cases(measure: Measure, found: Measured, stands: Verdict) -> None:
    assert verdict(measure, found) == stands


def test_a_teams_own_target_goes_before_its_roles_and_that_before_the_usual() -> None:
    targets = {("team:1", Measure.KEPT): 90.0, (ROLE_SCOPE, Measure.KEPT): 95.0}
    assert [target_of(targets, Measure.KEPT, team) for team in (1, 2, None)] == [90, 95, 95]
    assert target_of({}, Measure.KEPT, 1) == 98


@pytest.mark.parametrize(("most", "end"), [(0, 4), (4, 4), (5, 8), (9, 20), (41, 80), (81, 200), (1000, 2000)])
def test_axes_end_at_round_numbers(most: float, end: float) -> None:
    assert nice(most) == end
