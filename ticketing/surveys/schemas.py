"""What goes in and comes out of the survey API."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Mark = Annotated[int, Field(ge=1, le=5)]


class SurveyAnswerIn(BaseModel):
    """Three marks from 1 to 5 and a comment, which low marks need."""

    model_config = ConfigDict(extra="forbid")

    speed: Mark
    completeness: Mark
    solution: Mark
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None


class SurveyPath(BaseModel):
    """A survey by its id."""

    id: int = Field(ge=1, le=2**31 - 1)


class SurveyOut(BaseModel):
    """An open survey."""

    id: int
    ticket_number: str | None
    page_url: str


class SurveyList(BaseModel):
    """The customer's open surveys."""

    items: list[SurveyOut]
