"""What `make nlu-eval` prints for rows of each shape."""

from typing import Any

import pytest

from bot.measures import amounts, kinds, refusals


def verdict(intent: str, *entities: dict[str, str], doubtful: bool = False) -> dict[str, Any]:
    return {
        "doubtful": doubtful,
        "intent_unasked": {"name": intent},
        "complaint_category": {"name": "system_failure", "confidence": 0.9},
        "refusal_rule": {"name": "evasion", "confidence": 0.9},
        "entities": [*entities],
    }


def test_refusals_and_false_refusals_are_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"language": "zh", "text": str(i), "forbidden": forbidden} for i, forbidden in enumerate([True, True, False])
    ]
    parsed = [verdict("forbidden_request"), verdict("open_complaint"), verdict("forbidden_request")]
    refusals.report(rows, parsed, wrong=False)
    printed = capsys.readouterr().out
    assert "all  refused 0.500 (1/2), 0 of them with the rule, refused falsely 1.000 (1/1)" in printed
    assert "taken for instead: complaint 1" in printed


def test_the_rules_told_are_counted_among_what_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told = [
        ("forbidden_request", "advice", 0.9),
        ("forbidden_request", "forgery", 0.9),
        ("forbidden_request", "advice", 0.3),
    ]
    parsed = [
        verdict(intent) | {"refusal_rule": {"name": rule, "confidence": confidence}}
        for intent, rule, confidence in [*told, ("open_complaint", "advice", 0.9)]
    ]
    rows = [{"language": "zh", "text": str(i), "forbidden": True, "rule": "advice"} for i in range(4)]
    refusals.report(rows, parsed, wrong=False)
    assert "refused by one rule 0.667 (2/3), the right one 0.500 (1/2)" in capsys.readouterr().out


def test_refusal_and_rule_together_are_right_for_both(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"language": "en", "text": str(i), "forbidden": i < 3} for i in range(5)]
    taken = ("forbidden_request", "open_complaint", "forbidden_request", "forbidden_request", "ask_question")
    parsed = [verdict(intent, doubtful=at != 2) for at, intent in enumerate(taken)]
    refusals.report(rows, parsed, wrong=False)
    printed = capsys.readouterr().out
    assert (
        "refused 0.667 (2/3), 1 of them with the rule, refused falsely 0.000 (0/2), allowed and told both 0.500 (1/2)"
        in printed
    )


def test_an_amount_counts_only_with_its_currency_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"language": "zh", "text": "…", "amount": "300.00", "currency": "CNY", "when": None}
    given = {"entity": "amount", "value": "300.00", "currency": "USD"}
    amounts.report([row], [verdict("inform", given)], wrong=False)
    printed = capsys.readouterr().out
    assert "amount    1.000 (1/1)" in printed
    assert "currency  0.000 (0/1)   missed 0, invented 0, another 1" in printed
    assert printed.endswith("all three 0.000 (0/1)\n")


def test_kinds_end_with_the_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"language": "en", "text": "…", "expected_kind": "complaint", "expected_category": "system_failure"}
    kinds.report([row, {**row, "expected_kind": "faq"}], [verdict("open_complaint")] * 2, wrong=False)
    assert capsys.readouterr().out.splitlines()[-1] == "accuracy 0.500 (1/2)"
