"""Who does something; written into every event and audit row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["customer", "staff", "bot", "system", "integration"]


@dataclass(frozen=True)
class Actor:
    """The one acting: a customer (through page or assistant), a member of staff, a program of the company, or the system itself.

    An integration's ``role`` is the one purpose that its key is good for.
    """

    kind: ActorKind
    id: int | None = None
    name: str = ""
    role: str | None = None
    team_id: int | None = None
    conversation_id: int | None = None
    language: str = "zh"

    @property
    def label(self) -> str:
        """``staff:7``, ``system``; stable text for logs and audit rows."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def staff_id(self) -> int | None:
        """The member of staff's id, if it is one."""
        return self.id if self.kind == "staff" else None


SYSTEM = Actor(kind="system", name="Kesu")
