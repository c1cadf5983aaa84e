"""The actions Rasa calls; each is a skill in the frame every turn shares: warning, errors, memory, replies."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    afterwards,
    answer,
    complaint,
    conclusions,
    fallback,
    feelings,
    guard,
    handover,
    objection,
    plain_words,
    refusal,
    remarks,
    routing,
    second_look,
    small_talk,
    stray,
    suspicion,
    urgent,
    waiting,
)
from actions.api import ApiProblem, ApiUnavailable
from actions.routing import SKILLS, Skill
from actions.turn import Turn

log = logging.getLogger(__name__)

FORGOTTEN_WHEN_EMPTY = ("tasks", "aside", "heard", "topic", "related", "language_wanted", "heated", "choices", "shown",
                        "noted", "hints", "rejected")  # fmt: skip


TAKEN_FIRST = (routing.take_up, answer.take_choice, plain_words.take, feelings.take, objection.take, afterwards.take,
               conclusions.take, second_look.take)  # fmt: skip
"""What may serve a message before the skill of its intent does, in this order."""


def run_turn(skill: Skill, turn: Turn) -> None:
    """One skill in its frame: what must not wait comes first, whatever happens the customer gets an honest answer."""
    try:
        _serve(skill, turn)
    except ApiUnavailable:
        turn.say("api.down", buttons=[turn.button("person", "talk_to_person")])
    except ApiProblem as problem:
        turn.say_problem(problem)
    except Exception:
        log.exception("skill_failed intent=%s", turn.intent)
        turn.say("api.broken", buttons=[turn.button("person", "talk_to_person")])
    guard.approve(turn)


def _serve(skill: Skill, turn: Turn) -> None:
    if turn.waiting and not turn.is_button:
        if not remarks.make(turn, calm=False):
            waiting.accompany(turn)
        suspicion.keep(turn)
        return
    reason = urgent.reason(turn)
    if reason is None and (urgent.is_false_alarm(turn) or urgent.is_plight(turn)):
        turn.intent = urgent.calmer_intent(turn)
        skill = routing.continue_task if turn.memory.get("tasks") else routing.serve
    suspicion.keep(turn)
    spent = remarks.make(turn, calm=reason is None)
    missed = turn.memory.get("missed") or 0
    if reason:
        handover.at_once(turn, reason)
    elif spent:
        routing.ask_again(turn)
    elif not any(take(turn) for take in TAKEN_FIRST):
        skill(turn)
    if turn.memory.get("missed") == missed:
        turn.memory |= {"missed": 0, "rejected": None}


class SkillAction(Action, ABC):
    """Runs a skill in a thread, so that a slow backend holds up one conversation and not all of them."""

    skill: Skill

    @abstractmethod
    def name(self) -> str:
        """Rasa's name of the action."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Serves the turn, says its replies and returns what is remembered.

        Rasa's rules go by the intent with a question open; when none is, what else the message means is served.
        """
        turn = Turn.of(tracker.current_state())
        rules_took_it_for = (tracker.latest_message.get("intent") or {}).get("name")
        served = type(self).skill if turn.intent == rules_took_it_for else routing.serve
        skill = routing.continue_task if turn.memory.get("tasks") else served
        await asyncio.to_thread(run_turn, skill, turn)
        for reply in turn.replies:
            dispatcher.utter_message(
                text=reply["text"],
                buttons=reply.get("buttons"),
                json_message=reply.get("custom"),
                language=reply["language"],
            )
        memory = {k: v for k, v in turn.memory.items() if v or k not in FORGOTTEN_WHEN_EMPTY}
        memory |= {"shown": turn.shown(), "language": turn.language, "turns": int(turn.memory.get("turns") or 0) + 1}
        return [SlotSet("memory", memory), SlotSet("task_open", bool(memory.get("tasks")))]


def _action(action_name: str, served: Skill) -> type[SkillAction]:
    """An action class with a name and a skill."""
    members = {"skill": staticmethod(served), "name": lambda self: action_name, "__module__": __name__}
    return type("".join(part.title() for part in action_name.split("_")), (SkillAction,), members)


NAMES: dict[str, Skill] = {
    "action_answer_question": answer.answer_question,
    "action_open_complaint": complaint.open_complaint,
    "action_add_to_complaint": SKILLS["add_to_complaint"],
    "action_situation": SKILLS["tell_situation"],
    "action_ticket_status": SKILLS["ask_ticket_status"],
    "action_withdraw_complaint": SKILLS["withdraw_complaint"],
    "action_hand_over": SKILLS["talk_to_person"],
    "action_rate_service": SKILLS["rate_service"],
    "action_greet": small_talk.greet,
    "action_thank": small_talk.thank,
    "action_goodbye": small_talk.say_goodbye,
    "action_bot_challenge": small_talk.disclose,
    "action_out_of_scope": small_talk.decline_topic,
    "action_refuse": refusal.refuse,
    "action_fallback": fallback.not_understood,
    "action_answer_without_question": stray.take_stray,
    "action_continue_task": routing.continue_task,
}
ACTIONS = [_action(name, skill) for name, skill in NAMES.items()]
