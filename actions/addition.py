"""Skill: adds what a customer has to say to a complaint already filed."""

from __future__ import annotations

from actions import said as hearing
from actions import tasks, withdrawal
from actions.api import ApiUnavailable, idempotency_key
from actions.own_tickets import CHOICE, find_ticket
from actions.question import Question
from actions.tasks import State
from actions.turn import Button, Turn


def add_to_complaint(turn: Turn) -> None:
    """Finds the ticket, then takes the sentence itself when it says something, else asks for it."""
    ticket = find_ticket(turn, "add_to_complaint", state="open", none="addition.none")
    if ticket is None:
        asked_which = tasks.find(turn, CHOICE.kind) is not None
        turn.memory["heard"] = turn.text if asked_which and not turn.is_button else None
        return
    heard = turn.memory.pop("heard", None)
    text = str(turn.field("text") or "") or (heard if heard or turn.is_button else turn.text)
    if text and says_something(text):
        add(turn, ticket["number"], text)
    else:
        ADDITION.begin(turn, number=ticket["number"])


def says_something(text: str) -> bool:
    """Whether a sentence holds more than the wish to add something."""
    _, colon, rest = text.replace(":", "：").partition("：")
    return len(rest.strip()) >= 4 if colon else hearing.tells_more(text)


def add(turn: Turn, number: str, text: str) -> None:
    """Sends the addition; with the backend out of reach the question stays open."""
    key = idempotency_key(turn.conversation, "addition", number, turn.message_seq or text)
    try:
        turn.api.add(number, text, key)
    except ApiUnavailable:
        if not tasks.find(turn, ADDITION.kind):
            ADDITION.open(turn, number=number)
        turn.say("addition.unavailable")
        return
    tasks.close(turn, ADDITION.kind)
    turn.say(
        "addition.added",
        number=number,
        buttons=[turn.button("status", "ask_ticket_status", ticket_number=number)],
    )


def _take(turn: Turn, task: State) -> bool | None:
    """Nothing but "no, nothing" is a plain answer here; to withdraw the complaint is another wish."""
    if not turn.is_button and withdrawal.is_wanted(turn.text):
        tasks.close(turn, ADDITION.kind)
        turn.entities.append({"entity": "ticket_number", "value": task["number"]})
        turn.intent = "withdraw_complaint"
        return None
    if turn.is_button or turn.intent != "deny" or hearing.tells_more(turn.text):
        return False
    tasks.close(turn, ADDITION.kind)
    _leave(turn, task)
    return True


def _take_words(turn: Turn, task: State) -> None:
    if hearing.only_wants_to_add(turn.text):
        ADDITION.ask(turn, lead="task.resume")
    else:
        add(turn, task["number"], turn.text)


def _leave(turn: Turn, task: State) -> None:
    turn.say("addition.dropped")


def _buttons(turn: Turn, task: State) -> list[Button]:
    return [turn.button("not_now", "cancel", form=task["nonce"])]


ADDITION = Question(
    "addition", ("text",), _take, _buttons, _leave, frozenset({"add_to_complaint"}), _take_words, frozenset({"text"})
)
