"""The archive: ``data.json`` for programs, ``index.html`` to read, letters and files; made and sealed piece by piece.

Nothing of it is on a disk unencrypted, and no more than one file of it is in memory at a time.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from ticketing.attachments import service as attachments
from ticketing.attachments.rules import size_text
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.privacy import gathering, words
from ticketing.tickets import documents, wording

PART_BYTES = 1024 * 1024
Keep = Callable[[int, bytes], None]
"""Takes a part's position and its content."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True)
class Made:
    """What the parts add up to."""

    parts: int
    size: int
    sha256: str


class Parts(io.RawIOBase):
    """A file that can only be written, and is given away in parts."""

    def __init__(self, keep: Keep) -> None:
        super().__init__()
        self._keep, self._held = keep, bytearray()
        self._hash = hashlib.sha256()
        self.made = Made(0, 0, "")

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        taken = bytes(content)
        self._held += taken
        while len(self._held) >= PART_BYTES:
            self._give(PART_BYTES)
        return len(taken)

    def finish(self) -> Made:
        """Give the rest away; what it all was."""
        if self._held:
            self._give(len(self._held))
        return self.made

    def _give(self, size: int) -> None:
        part, self._held = bytes(self._held[:size]), self._held[size:]
        self._hash.update(part)
        self._keep(self.made.parts, part)
        self.made = Made(self.made.parts + 1, self.made.size + size, self._hash.hexdigest())


def make(session: Session, *, settings: Settings, customer_id: int, language: str, now: datetime, keep: Keep) -> Made:
    """Gather and pack everything of a customer."""
    found = gathering.everything(session, customer_id=customer_id)
    out = Parts(keep)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        stamp = now.timetuple()[:6]

        def put(name: str, content: bytes | str) -> None:
            packed.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)

        put("index.html", page(found, settings=settings, language=language, now=now))
        put("data.json", json.dumps({"made_at": now.isoformat(), **found}, ensure_ascii=False, indent=1))
        for letter in gathering.letters_of(session, customer_id=customer_id):
            try:
                document = documents.of_letter(session, letter=letter)
            except DomainError:
                continue  # its words are in the page; the PDF is not made yet or cannot be made here
            put(f"letters/{letter.id}-{document.name}", document.content)
        for file in gathering.attachments_of(session, customer_id=customer_id):
            put(f"files/{file.id}-{file.name}", attachments.content_of(session, file))
    return out.finish()


def page(found: dict[str, Any], *, settings: Settings, language: str, now: datetime) -> str:
    """The readable part."""

    return _templates.get_template("export.html").render(
        found=found,
        made_at=now,
        company=settings.company_en if language == "en" else settings.company_zh,
        html_lang="en" if language == "en" else "zh-CN",
        say=lambda key: words.say(key, language),
        field=lambda name: words.field(name, language),
        word=lambda group, code: wording.name(group, code, language),
        size_text=size_text,
        shown=lambda value: words.shown(value, settings.time_zone),
    )
