"""Skill: hands the conversation to people; at once, with a word for the moment, where it must not wait."""

from __future__ import annotations

from actions import complaint, danger, suspicion, tasks, urgent
from actions.api import ApiProblem, ApiUnavailable, Json, idempotency_key
from actions.said import informative, is_question
from actions.turn import Turn

URGENT = frozenset({"fraud", "distress", "threat", "anger"})


def hand_over(turn: Turn) -> None:
    """What the customer asked for."""
    chosen = str(turn.field("choice") or "")
    call_a_person(turn, chosen if chosen in ("failed", "declined") else "asked")


def at_once(turn: Turn, reason: str) -> None:
    """What the danger or the anger asks for; a grievance told with it goes along."""
    if reason in ("threat", "anger") and informative(urgent.without_heat(urgent.without_threat(turn.text))):
        complaint.note_down(turn)
    call_a_person(turn, reason)


def call_a_person(turn: Turn, reason: str) -> None:
    """Queues the conversation with a summary; the word for the moment comes first, whatever the backend says."""
    turn.memory.pop("lifted", None)
    if reason in URGENT:
        words = [danger.words(turn, key) for key in _words_for(turn, reason)]
        turn.say_text("\n\n".join(words), custom={"kind": "warning"})
    form = tasks.find(turn, complaint.KIND) or tasks.aside(turn) or {}
    slots: Json = {k: v for k, v in (form.get("values") or {}).items() if v and k not in ("contact", "consent")}
    key = idempotency_key(turn.conversation, "handoff", turn.message_seq or turn.memory.get("turns", 0), reason)
    try:
        queue = turn.api.hand_over(reason, _summary(turn, slots), slots, key)
    except (ApiUnavailable, ApiProblem):
        turn.say("handover.unavailable", buttons=[turn.button("try_again", "talk_to_person")])
        return
    kept = "form_kept" if tasks.find(turn, complaint.KIND) else "task_kept"
    left = tasks.put_aside(turn)
    if left and reason != "distress":  # whoever despairs hears nothing of forms; “continue” takes it up all the same
        turn.say(f"handover.{kept}", buttons=[tasks.resume_button(turn, left)])
    card = {k: queue[k] for k in ("position", "agents_online", "wait_minutes", "opens_at") if queue.get(k) is not None}
    turn.say_text(queue.get("text") or turn.word("handover.queued"), custom={"kind": "handoff", "card": card})


def _words_for(turn: Turn, reason: str) -> list[str]:
    """The keys of what is said first: why it must be a fraud, and what to do, now or when it is over or the money has gone."""
    if reason != "fraud":
        return [f"handover.{reason}"]
    if "past" in suspicion.done(turn):
        return ["handover.fraud_before", *(["danger.fraud.back"] if is_question(turn.text) else [])]
    scheme = suspicion.scheme(turn)
    what_to_do = "danger.fraud.sent" if suspicion.is_gone(turn.text) else "handover.fraud"
    on_the_line = ["danger.fraud.online"] if danger.is_on_the_line(turn.text) else []
    return [*on_the_line, *([f"danger.scheme.{scheme}"] if scheme else []), what_to_do]


def _summary(turn: Turn, slots: Json) -> str:
    """What the agent reads first: the last words typed and the complaint as far as it is told."""
    said = "" if turn.is_button else turn.text
    told = str(slots.get("description") or "")
    parts = (said if said not in told else "", told)
    return " / ".join(part for part in parts if part) or turn.word("handover.no_summary")
