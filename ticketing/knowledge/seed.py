"""Articles as they stand in the seed files, ``nlu_data/knowledge/*.yml``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ticketing.knowledge.details import as_answer, as_wordings
from ticketing.knowledge.entries import Detail, Entry, Wording
from ticketing.platform import yaml_files

FOLDER = Path(__file__).resolve().parents[2] / "nlu_data" / "knowledge"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class DetailContent(BaseModel):
    """What is asked next after an article, in several wordings, and the sentence or two that answer it."""

    model_config = ConfigDict(extra="forbid")

    asked: Annotated[list[Line], Field(min_length=1), AfterValidator(as_wordings)]
    answer: Annotated[Line, AfterValidator(as_answer)]


class TextContent(BaseModel):
    """An article in one language."""

    model_config = ConfigDict(extra="forbid")

    question: Line
    askings: list[Line] = []
    answer: Line
    risk_notice: Line | None = None
    details: list[DetailContent] = []


class ArticleContent(BaseModel):
    """All that makes an article, in a seed file or as saved by staff."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    topic: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$", max_length=40)]
    products: list[str] = []
    skill: str | None = None
    follow_ups: list[str] = []
    zh: TextContent | None = None
    en: TextContent | None = None

    @property
    def texts(self) -> dict[str, TextContent]:
        """Its languages, Chinese first."""
        return {name: text for name, text in (("zh", self.zh), ("en", self.en)) if text is not None}

    def digest(self) -> str:
        """A hash of the content."""
        raw = self.model_dump()
        for language, text in self.texts.items():
            if not text.details:
                # As it was before there were details: by this hash databases know which articles nobody has edited.
                del raw[language]["details"]
        return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()

    def entry(self, version: int = 1) -> Entry:
        """The article as the index takes it."""
        wordings = {
            language: Wording(
                text.question,
                tuple(text.askings),
                text.answer,
                text.risk_notice,
                tuple(Detail(tuple(detail.asked), detail.answer) for detail in text.details),
            )
            for language, text in self.texts.items()
        }
        return Entry(self.key, version, self.topic, self.skill, tuple(self.follow_ups), wordings)


class SeedError(Exception):
    """A seed file is not usable; the text names the file and what to mend in it."""


def read(folder: Path = FOLDER) -> list[ArticleContent]:
    """All articles of a folder; raises SeedError for a file that does not parse or a key used twice."""
    found: dict[str, ArticleContent] = {}
    for path in sorted(folder.glob("*.yml")):
        for raw in _items(path):
            try:
                article = ArticleContent.model_validate(raw)
            except ValueError as error:
                raise SeedError(f"{path.name}: article {raw.get('key', '?')}: {error}") from error
            if article.key in found:
                raise SeedError(f"{path.name}: the key {article.key} is used twice")
            if not article.texts:
                raise SeedError(f"{path.name}: {article.key} has neither zh nor en")
            found[article.key] = article
    return list(found.values())


def _items(path: Path) -> list[dict[str, Any]]:
    try:
        raw = yaml_files.read(path) or []
    except yaml.YAMLError as error:
        raise SeedError(f"{path.name}: {error}") from error
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise SeedError(f"{path.name}: a list of articles is expected")
    return raw
