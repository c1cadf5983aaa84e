"""The tasks open in a conversation, one on top of the other: the last begun is asked first, the rest wait below it.

A task is a dict in `memory["tasks"]`: its `kind`, its `nonce`, and whatever its skill keeps. What the customer leaves
goes to `memory["aside"]` with everything that waited below it, and comes back by one button.
"""

from __future__ import annotations

import secrets
from typing import Any

from actions.turn import Button, Turn

State = dict[str, Any]
MOST_ASIDE = 3


def top(turn: Turn) -> State | None:
    """The task asked now."""
    tasks = turn.memory.get("tasks")
    return tasks[-1] if tasks else None


def find(turn: Turn, kind: str) -> State | None:
    """The open task of a kind."""
    return next((task for task in turn.memory.get("tasks") or () if task["kind"] == kind), None)


def is_open(turn: Turn, nonce: str) -> bool:
    """Whether the task of this nonce is among those open."""
    return _holds(turn.memory.get("tasks") or [], nonce)


def begin(turn: Turn, kind: str, **known: Any) -> State:
    """Puts a task on top of those open; an open one of the same kind gives way to it."""
    close(turn, kind)
    task = {"kind": kind, "nonce": secrets.token_hex(8), **known}
    turn.memory["tasks"] = [*(turn.memory.get("tasks") or []), task]
    return task


def close(turn: Turn, kind: str) -> None:
    """Ends the task of a kind, if one is open."""
    turn.memory["tasks"] = [task for task in turn.memory.get("tasks") or [] if task["kind"] != kind]


def put_aside(turn: Turn, *, only_top: bool = False) -> State | None:
    """Closes the open tasks without losing them; returns the one that was asked."""
    tasks = turn.memory.get("tasks") or []
    if not tasks:
        return None
    kept = tasks[-1:] if only_top else tasks
    turn.memory["tasks"] = tasks[: len(tasks) - len(kept)]
    turn.memory["aside"] = [*(turn.memory.get("aside") or []), kept][-MOST_ASIDE:]
    return dict(tasks[-1])


def aside(turn: Turn, nonce: str | None = None) -> State | None:
    """A task put aside, by its nonce, or the one put aside last."""
    stacks = [stack for stack in turn.memory.get("aside") or [] if nonce is None or _holds(stack, nonce)]
    return stacks[-1][-1] if stacks else None


def take_up(turn: Turn, nonce: str) -> bool:
    """Opens again what was put aside together with the task of this nonce; false when there is no such task."""
    stacks = turn.memory.get("aside") or []
    wanted = next((stack for stack in stacks if _holds(stack, nonce)), None)
    if wanted is None:
        return False
    turn.memory["aside"] = [stack for stack in stacks if stack is not wanted]
    put_aside(turn)
    turn.memory["tasks"] = wanted
    return True


def uncover(turn: Turn, nonce: str) -> None:
    """A button of a task further below: what was asked on top of it is over."""
    tasks = turn.memory.get("tasks") or []
    depth = next((i for i, task in enumerate(tasks) if task["nonce"] == nonce), None)
    if depth is not None:
        turn.memory["tasks"] = tasks[: depth + 1]


def resume_button(turn: Turn, task: State) -> Button:
    """Takes up again what was put aside."""
    key = "resume" if task["kind"] in ("complaint", "same") else "resume_task"
    return turn.button(key, "affirm", form=task["nonce"], choice="resume")


def _holds(stack: list[State], nonce: str) -> bool:
    return any(task["nonce"] == nonce for task in stack)
