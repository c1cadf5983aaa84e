"""A question of a skill, asked until it is answered, left or handed to a person; digressions come back to it.

The complaint form has a machine of its own; every other task is a row of such questions. What they share is here: an
answer is tried first, then another wish, then the customer's own words; what is left was not understood, which is asked
again, explained with an example, and at last offered to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from actions import said as hearing
from actions import tasks
from actions.tasks import State
from actions.turn import Button, Turn

MOST_FAILURES = 3
"""Failures on one question after which a person is offered."""


@dataclass(frozen=True)
class Question:
    """A kind of task: its steps in order, and how its skill asks and reads them.

    `take` serves a plain answer and returns whether the message was one, or None to have it served by the skill of its
    intent; `take_words` serves any sentence and is used at
    the steps `in_words`. `answers` are the intents that answer rather than lead away, `buttons` those of the step asked,
    `leave` says what happens when it is given up.
    """

    kind: str
    steps: tuple[str, ...]
    take: Callable[[Turn, State], bool | None]
    buttons: Callable[[Turn, State], list[Button]]
    leave: Callable[[Turn, State], None]
    answers: frozenset[str]
    take_words: Callable[[Turn, State], None] | None = None
    in_words: frozenset[str] = frozenset()
    card: Callable[[State], dict[str, object]] | None = None

    def begin(self, turn: Turn, *, note: str = "", **known: object) -> None:
        """Puts the task on top at its first step and asks."""
        self.open(turn, **known)
        self.ask(turn, note=note)

    def open(self, turn: Turn, **known: object) -> None:
        """Puts the task on top at its first step; what it asks has been said otherwise."""
        tasks.begin(turn, self.kind, step=self.steps[0], failures=0, offered_person=False, **known)

    def go_on(self, turn: Turn) -> str:
        """Offers the message to the question: `done`, `digress` (another skill must serve it) or `person`."""
        task = tasks.top(turn)
        assert task is not None
        if turn.is_button and turn.intent == "cancel" and turn.field("form") == task["nonce"]:
            return self._left(turn, task)
        if turn.is_button:
            return "done" if self.take(turn, task) else "digress"
        if task["offered_person"] and turn.intent == "affirm":
            return "person"
        own_words = task["step"] in self.in_words
        if self._plainly_else(turn, task, own_words):
            return "digress"
        taken = self.take(turn, task)
        if taken is None:
            return "digress"
        if taken:
            return "done"
        if leaves(turn, own_words):
            return self._left(turn, task)
        if not (own_words and turn.intent in self.answers) and hearing.digresses(turn.said, own_words=own_words):
            return "digress"
        if own_words and self.take_words and not hearing.is_noise(turn.text):
            self.take_words(turn, task)
            return "done"
        self._not_understood(turn, task)
        return "done"

    def ask(self, turn: Turn, lead: str | None = None, note: str = "") -> None:
        """The question of the step reached, as it stands: first asked, explained, or given to a person."""
        task = tasks.top(turn)
        assert task is not None
        step, failures = task["step"], task["failures"]
        key = f"{self.kind}.explain.{step}" if failures == 2 else f"{self.kind}.ask.{step}"
        text = turn.word("task.offer_person" if failures >= MOST_FAILURES else key, **_told(task))
        if failures == 1 and not lead:
            text = turn.word("task.ask_again", question=text)
        if lead:
            text = f"{turn.word(lead)}\n{text}"
        buttons = self.buttons(turn, task)
        if failures >= MOST_FAILURES:
            buttons = [turn.button("person", "talk_to_person", choice="failed"), *buttons]
        turn.say_text(
            f"{note}\n{text}" if note else text, buttons=buttons, custom=self.card(task) if self.card else None
        )

    def _plainly_else(self, turn: Turn, task: State, own_words: bool) -> bool:
        """Whether a message surely wants something else, though a word of it may look like an answer."""
        if (
            turn.intent in (*self.answers, task.get("wanted"))
            or turn.confidence < hearing.SURE
            or turn.named("number") is not None
        ):
            return False
        return hearing.digresses(turn.said, own_words=own_words)

    def _left(self, turn: Turn, task: State) -> str:
        tasks.close(turn, self.kind)
        self.leave(turn, task)
        return "done"

    def _not_understood(self, turn: Turn, task: State) -> None:
        task["failures"] += 1
        task["offered_person"] = task["failures"] >= MOST_FAILURES
        self.ask(turn)


def move_on(task: State, step: str) -> None:
    """The next step, asked with a clean slate."""
    task |= {"step": step, "failures": 0, "offered_person": False}


def leaves(turn: Turn, own_words: bool) -> bool:
    """Whether the task is given up; where any words are an answer it takes more than a classifier's word."""
    if hearing.gives_up(turn.text):
        return turn.intent == "cancel" or len(turn.text) <= hearing.SHORT
    return turn.intent == "cancel" and turn.confidence >= hearing.CONFIDENT and not own_words


def _told(task: State) -> dict[str, object]:
    """What a question names of its task."""
    return {key: value for key, value in task.items() if isinstance(value, str | int)}
