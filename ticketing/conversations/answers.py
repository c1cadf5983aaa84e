"""That a person has answered a customer, told to the domains above in the transaction in which the customer gets the answer.

A ticket's clocks stop with it, and tickets live above conversations; so they ask to be told when they are imported.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock


class Listener(Protocol):
    """Told of each answer once."""

    def __call__(self, session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None: ...


Told = TypeVar("Told", bound=Listener)
_LISTENERS: list[Listener] = []


def told(listener: Told) -> Told:
    """Have a function told of every answer from now on; a decorator."""
    _LISTENERS.append(listener)
    return listener


def tell(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None:
    """``actor`` has answered and the customer has it."""
    for listener in _LISTENERS:
        listener(session, clock=clock, actor=actor, conversation_id=conversation_id)
