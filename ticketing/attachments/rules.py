"""What may be sent as evidence: kinds by their first bytes, sizes, counts, and names without tricks. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

MAX_BYTES = 10 * 1024 * 1024
PER_TICKET = 20
PER_FORM = 6
PER_DAY = 30
DAY = timedelta(days=1)
DRAFT_LIFETIME = timedelta(hours=24)
LONGEST_NAME = 80
MAX_PIXELS = 40_000_000
"""A decoded picture of this size takes 160 MB; phones' cameras stay below it."""

PDF = "application/pdf"
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", PDF: ".pdf"}
"""What is kept; WebP and GIF come in and are kept as JPEG or PNG."""
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", PDF),
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LONGEST = 66_000
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_MARKUP = re.compile(rb"<(?:script|html|!doctype|svg|iframe)\b", re.IGNORECASE)
_PDF_HEAD = 1024
_JPEG_HEAD = 65_536


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes tell, None for what we do not take. Names and headers are not believed."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)


def is_whole(content: bytes, kind: str) -> bool:
    """Whether a picture has its end. Decoders may be told to draw half a picture; half a receipt proves nothing."""
    if kind == "image/webp":
        return int.from_bytes(content[4:8], "little") + 8 <= len(content)
    if kind == "image/jpeg":
        # A small picture inside the head of a photo has an end of its own.
        return content.rfind(b"\xff\xd9", min(len(content) // 2, _JPEG_HEAD)) >= 0
    return (b"IEND" if kind == "image/png" else b"\x00;") in content


def pdf_problem(content: bytes) -> str | None:
    """Why a PDF is not taken: ``attachment_unreadable`` when it does not end as one, ``attachment_active`` when it is
    something else besides (an archive, a web page) or does something when it is opened."""
    if b"%%EOF" not in content[-2048:]:
        return "attachment_unreadable"
    if _ZIP_END in content[-_ZIP_END_LONGEST:] or _MARKUP.search(content[:_PDF_HEAD]) or _ACTIVE.search(content):
        return "attachment_active"
    return None


def clean_name(given: str, media_type: str) -> str:
    """A name that is safe in any folder and header: no path, no control or direction marks, the extension of what it is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    shown = "".join(" " if unicodedata.category(char) in {"Zs", "Zl", "Zp"} else char for char in last)
    shown = "".join(char for char in shown if unicodedata.category(char)[0] != "C")
    stem = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", shown)).strip(" .")
    if re.search(r"\.[A-Za-z0-9]{1,5}$", stem):
        stem = stem.rpartition(".")[0].strip(" .")
    extension = EXTENSIONS[media_type]
    return (stem[: LONGEST_NAME - len(extension)].rstrip(" .") or "file") + extension


def size_text(size: int) -> str:
    """``340 KB`` or ``2.1 MB``."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"
