"""Skill: hands the conversation to people; at once, and with a word of safety, for fraud in progress and for distress."""

from __future__ import annotations

from actions import complaint
from actions.api import ApiProblem, ApiUnavailable, Json, idempotency_key
from actions.turn import Turn

REASONS = {"report_fraud": "fraud", "express_distress": "distress"}


def hand_over(turn: Turn) -> None:
    """What the customer asked for, or what the danger asks for."""
    reason = REASONS.get(turn.intent, "asked")
    if turn.field("choice") in ("failed", "declined"):
        reason = str(turn.field("choice"))
    call_a_person(turn, reason)


def call_a_person(turn: Turn, reason: str) -> None:
    """Queues the conversation with a summary; the safety sentence comes first, whatever the backend says."""
    if reason in ("fraud", "distress"):
        turn.say(f"handover.{reason}", custom={"kind": "warning"})
    form = turn.memory.get("form") or turn.memory.get("aside") or {}
    slots: Json = {k: v for k, v in (form.get("values") or {}).items() if v and k not in ("contact", "consent")}
    key = idempotency_key(turn.conversation, "handoff", turn.message_seq or turn.memory.get("turns", 0), reason)
    try:
        queue = turn.api.hand_over(reason, _summary(turn, slots), slots, key)
    except (ApiUnavailable, ApiProblem):
        turn.say("handover.unavailable", buttons=[turn.button("try_again", "talk_to_person")])
        return
    if turn.memory.get("form"):
        complaint.put_aside(turn)
        turn.say("handover.form_kept")
    card = {k: queue[k] for k in ("position", "agents_online", "wait_minutes", "opens_at") if queue.get(k) is not None}
    turn.say_text(queue.get("text") or turn.word("handover.queued"), custom={"kind": "handoff", "card": card})


def _summary(turn: Turn, slots: Json) -> str:
    """What the agent reads first: the last words typed and the complaint as far as it is told."""
    said = "" if turn.is_button else turn.text
    return " / ".join(part for part in (said, str(slots.get("description") or "")) if part) or turn.word(
        "handover.no_summary"
    )
