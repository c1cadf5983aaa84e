"""What goes in and comes out of the knowledge API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ticketing.platform.openapi import Query

Language = Literal["zh", "en"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class SearchQuery(Query):
    """A question, the language to answer in (default: the caller's), and the key of the article answered last."""

    q: Annotated[str, StringConstraints(max_length=10_000)] = ""
    language: Language | None = None
    topic: Key | None = None


class ArticlePath(BaseModel):
    """An article by its key."""

    key: Key


class ArticleQuery(Query):
    """The language to read in (default: the caller's)."""

    language: Language | None = None


class AnswerPath(BaseModel):
    """An answer given, by its id."""

    answer_id: int = Field(ge=1, le=2**31 - 1)


class ThumbIn(BaseModel):
    """Whether the answer helped."""

    model_config = ConfigDict(extra="forbid")

    helpful: bool


class FollowUpOut(BaseModel):
    """An article that people read next."""

    key: str
    question: str


class ResultOut(BaseModel):
    """An article in the language asked for. ``score`` is the chance that it is what was asked, 0 to 1."""

    key: str
    version: int
    score: float
    topic: str
    question: str
    answer: str
    risk_notice: str | None
    skill: str | None
    follow_ups: list[FollowUpOut]


class SearchOut(BaseModel):
    """One result for ``answer``, up to three to choose from for ``ask``, none for ``decline``; for ``passage`` the article told
    last and what of it answers, or may, for ``ask``: a line of its answer or, where ``detail``, the answer to a detail.
    """

    verdict: Literal["answer", "passage", "ask", "decline"]
    answer_id: int
    results: list[ResultOut]
    passage: str
    detail: bool


class ArticleOut(ResultOut):
    """An article and the id under which its being shown is logged."""

    answer_id: int
