"""What a message is taken for: the one place that turns the classifier's figures into a decision. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

FALLBACK = "nlu_fallback"

KIND_OF_INTENT = {
    "ask_question": "faq",
    "open_complaint": "complaint",
    "add_to_complaint": "complaint",
    "ask_ticket_status": "ticket_status",
    "withdraw_complaint": "ticket_status",
    "talk_to_person": "handoff",
    "report_fraud": "handoff",
    "express_distress": "handoff",
    "rate_service": "survey",
    "forbidden_request": "compliance_refusal",
    "out_of_scope": "oos",
    FALLBACK: "oos",
}
"""The measured kind of each intent; every other intent is chitchat."""


@dataclass(frozen=True)
class Thresholds:
    """Below these a guess is not acted on; calibrated by cross-validation over the training utterances."""

    probability: float = 0.25
    margin: float = 0.02


ANSWERS = frozenset({"inform", "correct_answer"})
"""Intents that mean something only while a question is open."""


def decide(ranking: Sequence[tuple[str, float]], thresholds: Thresholds) -> str:
    """The intent acted on: the likeliest, or `nlu_fallback` when it is too unsure to act on.

    `ranking` is sorted, likeliest first.
    """
    if not ranking:
        return FALLBACK
    name, probability = ranking[0]
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    if probability < thresholds.probability or probability - second < thresholds.margin:
        return FALLBACK
    return name


def decide_unasked(ranking: Sequence[tuple[str, float]], thresholds: Thresholds) -> str:
    """The intent acted on when no question is open: bare answers are out of the running, the rest share their weight."""
    rest = [(name, probability) for name, probability in ranking if name not in ANSWERS]
    weight = sum(probability for _, probability in rest) or 1.0
    return decide([(name, probability / weight) for name, probability in rest], thresholds)


def kind_of(intent: str) -> str:
    """faq, complaint, ticket_status, handoff, survey, oos, compliance_refusal or chitchat."""
    return KIND_OF_INTENT.get(intent, "chitchat")
