"""An article's details as people type them: blocks with an empty line between, the wordings in the first line, the answer below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict

BETWEEN_WORDINGS = " / "
_BETWEEN_BLOCKS = re.compile(r"\n\s*\n")


def as_wordings(given: Iterable[str]) -> list[str]:
    """As they come back when typed: single spaces, nothing empty, one each."""
    return [part for each in given for part in " ".join(each.split()).split(BETWEEN_WORDINGS) if part]


def as_answer(given: str) -> str:
    """As it comes back when typed: single spaces, no empty line."""
    return "\n".join(line for each in given.split("\n") if (line := " ".join(each.split())))


class Worded(Protocol):
    """A detail, finished or not."""

    @property
    def asked(self) -> Sequence[str]: ...

    @property
    def answer(self) -> str: ...


class DraftDetail(BaseModel):
    """A detail as far as it has been written."""

    model_config = ConfigDict(extra="forbid")

    asked: Annotated[list[str], AfterValidator(as_wordings)] = []
    answer: Annotated[str, AfterValidator(as_answer)] = ""

    @property
    def whole(self) -> bool:
        """Whether it can be asked for and answers."""
        return bool(self.asked and self.answer)


def typed(details: Iterable[Worded]) -> str:
    """As they stand in a field or a cell."""
    blocks = ((BETWEEN_WORDINGS.join(each.asked), each.answer) for each in details)
    return "\n\n".join("\n".join(part for part in block if part) for block in blocks)


def read(text: str) -> list[DraftDetail]:
    """What was typed; a block of one line is wordings without an answer."""
    blocks = (block.strip().partition("\n") for block in _BETWEEN_BLOCKS.split(text.strip()) if block)
    return [DraftDetail(asked=[first], answer=rest) for first, _, rest in blocks]
