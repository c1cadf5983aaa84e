"""Articles as files: YAML as in ``nlu_data/knowledge`` and a table for spreadsheets; taking files in after a look at what they change.

A file is judged row by row against the articles as they are now. Taking it in does in one transaction what the report said;
doing it twice changes nothing the second time.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.knowledge import articles, checking, details, drafts, writing
from ticketing.knowledge.details import DraftDetail
from ticketing.knowledge.models import Article, ArticleImport
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.writing import DraftContent, Problem
from ticketing.platform import yaml_files
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

Fate = Literal["new", "changed", "same", "refused"]
PARTS = ("question", "askings", "answer", "risk_notice", "details")
COLUMNS = ("key", "topic", "products", "skill", "follow_ups", *(f"{name}_{part}" for name in writing.LANGUAGES for part in PARTS))  # fmt: skip
LISTS = {"products": " ", "follow_ups": " ", "zh_askings": "\n", "en_askings": "\n"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell beginning with one of these is a formula to spreadsheets (OWASP, CSV injection); an apostrophe makes it text."""
MOST_ROWS = 5000
_SAFE_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class Line:
    """One article of a file. ``content`` is None where it cannot even be read; ``waits``: a second person must approve it.

    ``before`` is what it would replace.
    """

    number: int
    key: str
    fate: Fate
    content: DraftContent | None
    problems: tuple[Problem, ...] = ()
    waits: bool = False
    before: DraftContent | None = None


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do; ``digest`` names this outcome."""

    lines: Sequence[Line]

    def count(self, fate: Fate) -> int:
        """How many lines have that fate."""
        return sum(line.fate == fate for line in self.lines)

    @property
    def digest(self) -> str:
        """Changes with any line's fate."""
        told = [(line.number, line.key, line.fate, line.waits) for line in self.lines]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def published(session: Session) -> list[ArticleContent]:
    """All published articles, by topic and key."""
    found = session.scalars(select(Article).where(Article.status == "published").order_by(Article.topic, Article.key))
    return [articles.content_of(article) for article in found]


def as_yaml(contents: Sequence[ArticleContent]) -> str:
    """As the files of ``nlu_data/knowledge``: answers of several lines stand as such."""
    raw = [content.model_dump() for content in contents]
    return yaml.dump(raw, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140) if raw else "[]\n"


def as_csv(contents: Sequence[ArticleContent]) -> str:
    """One line an article, for spreadsheets: with a mark that says UTF-8, and no cell that they would calculate."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for content in contents:
        writer.writerow([_shielded(_cell(content, name)) for name in COLUMNS])
    return out.getvalue()


def upload(session: Session, *, clock: Clock, actor: Actor, name: str, raw: bytes) -> ArticleImport:
    """Keep a file to be looked at; raises ``article_file_unreadable``."""
    body = _decoded(raw)
    list(_rows(body, name))
    row = ArticleImport(
        name=name[-120:], body=body, digest=hashlib.sha256(raw).hexdigest(), uploaded_at=clock.now(),
        uploaded_by=actor.staff_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def find(session: Session, import_id: int) -> ArticleImport:
    """An uploaded file; raises ``article_import_not_found``."""
    found = session.get(ArticleImport, import_id)
    if found is None:
        raise DomainError("article_import_not_found")
    return found


def plan(session: Session, row: ArticleImport) -> Plan:
    """What taking the file in would do to the articles as they are now."""
    read = [(number, *_read(raw)) for number, raw in enumerate(_rows(row.body, row.name), 1)]
    overlay = {content.key: content for _number, content, _problem in read if content}
    known = checking.known(session, overlay=overlay)
    held = {article.key: article for article in session.scalars(select(Article))}
    lines, seen = [], set[str]()
    for number, content, unreadable in read:
        if content is None:
            lines.append(Line(number, unreadable.values["row"], "refused", None, (unreadable,)))
            continue
        found = writing.problems(content, known)
        if content.key in seen:
            found.insert(0, Problem("key", "key_twice"))
        seen.add(content.key)
        lines.append(_judged(number, content, held.get(content.key), found))
    return Plan(lines)


def apply(session: Session, *, clock: Clock, actor: Actor, import_id: int, digest: str) -> Plan:
    """Take the file in: what needs no second person is published, the rest handed in for approval, refused lines are left out.

    Raises ``article_import_done`` the second time and ``article_import_changed`` when it would do other than what was shown.
    """
    row = session.scalar(select(ArticleImport).where(ArticleImport.id == import_id).with_for_update())
    if row is None:
        raise DomainError("article_import_not_found")
    if row.applied_at is not None:
        raise DomainError("article_import_done")
    found = plan(session, row)
    if found.digest != digest:
        raise DomainError("article_import_changed")
    for line in found.lines:
        if line.fate in {"new", "changed"} and line.content is not None:
            _take_in(session, clock=clock, actor=actor, content=line.content, waits=line.waits, name=row.name)
    row.applied_at = clock.now()
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="knowledge.imported", subject=("article_import", row.id),
        digest=row.digest, new=found.count("new"), changed=found.count("changed"), refused=found.count("refused"),
    )  # fmt: skip
    return found


def _judged(number: int, content: DraftContent, article: Article | None, found: list[Problem]) -> Line:
    draft = article.draft if article else None
    before = DraftContent.of(articles.content_of(article)) if article is not None and article.texts else None
    if article is not None and article.status == "published" and before == content:
        return Line(number, content.key, "same", content)
    if draft is not None and draft.submitted_at is not None and DraftContent.model_validate(draft.content) == content:
        return Line(number, content.key, "same", content, waits=True)
    if draft is not None:
        found = [Problem("key", "being_written"), *found]
    elif article is not None and article.status == "retired":
        found = [Problem("key", "retired"), *found]
    fate: Fate = "refused" if writing.blocking(found) else "changed" if article is not None else "new"
    return Line(number, content.key, fate, content, tuple(found), checking.needs_second(article, content), before)


def _take_in(session: Session, *, clock: Clock, actor: Actor, content: DraftContent, waits: bool, name: str) -> None:
    article = session.scalar(select(Article).where(Article.key == content.key))
    version = article.version if article else None
    draft = drafts.save(
        session, clock=clock, actor=actor, content=content, version=version, revision=0, note=name[:300]
    )
    if waits:
        draft.submitted_at, draft.submitted_by = clock.now(), actor.staff_id
        session.flush()
    else:
        drafts.put_in_place(session, clock=clock, actor=actor, article=draft.article, draft=draft)


def _read(raw: Any) -> tuple[DraftContent | None, Problem]:
    """A row as a draft; else what is wrong with its shape."""
    key = str(raw.get("key", "")) if isinstance(raw, dict) else ""
    try:
        content = DraftContent.model_validate(_without_nothing(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return None, Problem("row", "shape", {"where": ".".join(map(str, first["loc"])) or "row", "row": key[:80]})
    return _stripped(content), Problem("row", "shape", {"where": "", "row": key})


def _stripped(content: DraftContent) -> DraftContent:
    def text(given: writing.DraftText) -> writing.DraftText:
        return writing.DraftText(
            question=given.question.strip(), askings=[line.strip() for line in given.askings if line.strip()],
            answer=given.answer.strip(), risk_notice=given.risk_notice.strip(),
            details=[detail for detail in given.details if detail != DraftDetail()],
        )  # fmt: skip

    return content.model_copy(update={"zh": text(content.zh), "en": text(content.en)})


def _without_nothing(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {name: _without_nothing(value) for name, value in raw.items() if value is not None}
    return [_without_nothing(each) for each in raw] if isinstance(raw, list) else raw


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise DomainError("article_file_unreadable")


def _rows(body: str, name: str) -> Iterator[Any]:
    """The articles of a file, one by one; raises ``article_file_unreadable`` where there are none to be found."""
    try:
        rows = list(_table(body)) if name.lower().endswith(".csv") else _tree(body)
    except (yaml.YAMLError, csv.Error, RecursionError, ValueError) as error:
        raise DomainError("article_file_unreadable") from error
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS:
        raise DomainError("article_file_unreadable")
    yield from rows


def _tree(body: str) -> Any:
    """YAML without aliases: a few lines of them stand for more text than any machine can hold."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(body, Loader=yaml_files.LOADER)):
        raise ValueError("aliases are not taken")
    return yaml_files.load(body)


def _table(body: str) -> Iterator[Mapping[str, Any]]:
    """A spreadsheet's lines as articles; the columns may stand in any order."""
    reader = csv.DictReader(io.StringIO(body), delimiter=";" if body.split("\n", 1)[0].count(";") > 3 else ",")
    if not {"key", "topic"} <= set(reader.fieldnames or ()):
        raise ValueError("the first line must name the columns")
    for row in reader:
        cells = {
            name: _unshielded(value or "") for name, value in row.items() if name in COLUMNS and isinstance(value, str)
        }
        split = {name: _split(name, value) for name, value in cells.items()}
        yield {
            **{name: split.get(name) or [] for name in ("products", "follow_ups")},
            "key": split["key"],
            "topic": split["topic"],
            "skill": split.get("skill") or None,
            **{
                language: {part: split.get(f"{language}_{part}") or None for part in PARTS}
                for language in writing.LANGUAGES
            },
        }


def _split(name: str, cell: str) -> Any:
    if name.endswith("_details"):
        return details.read(cell)
    return [part for part in cell.split(LISTS[name]) if part.strip()] if name in LISTS else cell


def _cell(content: ArticleContent, name: str) -> str:
    language, _, part = name.partition("_")
    if language in writing.LANGUAGES:
        text = content.texts.get(language)
        value = getattr(text, part) if text else None
    else:
        value = getattr(content, name)
    if part == "details":
        return details.typed(value or ())
    return LISTS[name].join(value) if isinstance(value, list) else value or ""


def _shielded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def _unshielded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


class _Dumper(_SAFE_DUMPER):  # type: ignore[misc,valid-type]
    """Blocks for texts of several lines, and no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent)
