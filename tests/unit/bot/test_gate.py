"""A newly trained model serves only when it is no worse than the one that does."""

from __future__ import annotations

from typing import Any

from bot import gate

SERVES = {"faq": (90, 100), "complaint": (80, 100), "oos": (70, 100)}


def verdict(intent: str, *, doubtful: bool = False) -> dict[str, Any]:
    rule = {"name": "evasion", "confidence": 0.9}
    return {"intent_unasked": {"name": intent}, "doubtful": doubtful, "refusal_rule": rule}


def test_an_equal_model_may_serve() -> None:
    assert gate.objections(SERVES, SERVES) == []


def test_a_better_total_may_cost_a_kind_a_little() -> None:
    assert gate.objections(SERVES, SERVES | {"faq": (87, 100), "oos": (74, 100)}) == []


def test_a_kind_that_falls_by_more_is_named_though_the_total_rises() -> None:
    (reason,) = gate.objections(SERVES, SERVES | {"faq": (86, 100), "oos": (90, 100)})
    assert reason == "faq falls from 0.900 (90/100) to 0.860 (86/100), more than 3%"


def test_a_falling_total_is_refused_though_no_kind_falls_much() -> None:
    (reason,) = gate.objections(SERVES, SERVES | {"complaint": (78, 100)})
    assert reason == "the total falls from 0.800 (240/300) to 0.793 (238/300), more than 0.5%"


def test_a_row_lost_is_chance() -> None:
    assert gate.objections(SERVES, SERVES | {"complaint": (79, 100)}) == []


def test_a_kind_that_is_gone_is_a_fall() -> None:
    assert any("oos" in reason for reason in gate.objections(SERVES, {k: v for k, v in SERVES.items() if k != "oos"}))


def test_the_evaluation_sets_have_every_kind() -> None:
    names = {gate.judged(row, verdict("ask_question"))[0] for row in gate.rows_of(gate.SETS)}
    assert {"faq", "complaint", "compliance_refusal", "forbidden refused", "allowed not refused"} <= names


def test_refusing_what_is_allowed_is_as_wrong_as_not_refusing_what_is_forbidden() -> None:
    assert gate.judged({"forbidden": True}, verdict("ask_question")) == ("forbidden refused", False)
    assert gate.judged({"forbidden": True}, verdict("forbidden_request", doubtful=True)) == ("forbidden refused", True)
    assert gate.judged({"forbidden": True}, verdict("forbidden_request")) == ("forbidden refused", True)
    assert gate.judged({"forbidden": False}, verdict("forbidden_request")) == ("allowed not refused", False)
    assert gate.judged({"forbidden": False}, verdict("forbidden_request", doubtful=True)) == (
        "allowed not refused",
        True,
    )
