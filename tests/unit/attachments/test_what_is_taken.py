"""Only pictures and harmless PDFs are taken, and nothing hidden in them is kept."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib

import pytest
from PIL import Image

from tests.evidence import SECRET, pdf, photo, picture
from ticketing.attachments import rules
from ticketing.attachments.service import prepare
from ticketing.platform.errors import DomainError


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", b"\0" * 1_000_000)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))


def pixel_bomb() -> bytes:
    """Sixty bytes that would become fourteen gigabytes."""
    head = struct.pack("!IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def taken(content: bytes, name: str = "凭证.png") -> tuple[str, str]:
    made = prepare(content, name=name, scanner="")
    return made.name, made.media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "attachment_empty"),
        (b"MZ\x90\x00", "attachment_kind_refused"),
        (b"<svg onload=alert(1)>", "attachment_kind_refused"),
        (archive(), "attachment_kind_refused"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 200, "attachment_unreadable"),
        (picture("JPEG", (400, 300))[:700], "attachment_unreadable"),
        (picture("PNG", (400, 300))[:120], "attachment_unreadable"),
        (picture("WEBP", (400, 300))[:-4], "attachment_unreadable"),
        (picture("GIF", (400, 300))[:60], "attachment_unreadable"),
        (pixel_bomb(), "attachment_too_many_pixels"),
        (b"%PDF-1.4 half of it", "attachment_unreadable"),
        (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "attachment_active"),
        (pdf(b"/Names<</EmbeddedFiles 9 0 R>>"), "attachment_active"),
        (pdf(tail=archive()), "attachment_active"),
        (b"%PDF-<script>alert(1)</script>\n%%EOF", "attachment_active"),
        (b"%PDF-" + b"0" * rules.MAX_BYTES, "attachment_too_large"),
    ],
)
def test_what_could_do_harm_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        prepare(content, name="a.png", scanner="")
    assert refusal.value.code == code


def test_a_photo_stands_upright_and_says_no_more_where_it_was_taken() -> None:
    assert SECRET.encode() in photo()
    made = prepare(photo(), name="a.jpg", scanner="")
    assert SECRET.encode() not in made.content
    kept = Image.open(io.BytesIO(made.content))
    assert (kept.size, dict(kept.getexif())) == ((30, 40), {})


def test_what_hides_behind_a_picture_is_dropped() -> None:
    made = prepare(picture() + archive() + b"<script>", name="a.png", scanner="")
    assert b"PK\x03\x04" not in made.content
    assert b"<script>" not in made.content


def test_the_content_and_not_the_name_says_what_it_is() -> None:
    assert taken(picture(), "report.pdf.exe") == ("report.pdf.png", "image/png")
    assert taken(pdf(), "a.png") == ("a.pdf", "application/pdf")
    assert taken(picture("WEBP"), "a.webp") == ("a.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\王\\截图 1.PNG", "截图 1.png"),
        ("..", "file.png"),
        ("", "file.png"),
        ('a"b\r\nSet-Cookie: x=1', "a_bSet-Cookie_ x=1.png"),
        ("invoice\u202egnp.exe", "invoicegnp.png"),
        ("con\0.png", "con.png"),
        ("长" * 200 + ".png", "长" * 76 + ".png"),
        ("%2e%2e%2fx.png", "_2e_2e_2fx.png"),
    ],
)
def test_names_lose_their_tricks(given: str, kept: str) -> None:
    assert rules.clean_name(given, "image/png") == kept


def test_a_card_number_in_a_name_is_masked() -> None:
    assert "6222021234567890128" not in taken(picture(), "卡6222021234567890128.png")[0]


def test_without_a_scanner_a_file_is_kept_as_not_scanned() -> None:
    assert prepare(picture(), name="a.png", scanner="").scan == "not_scanned"


@pytest.mark.parametrize(
    ("exits", "outcome"), [("0", "clean"), ("1", "attachment_infected"), ("2", "attachment_scan_failed")]
)
def test_a_scanners_word_counts(exits: str, outcome: str) -> None:
    scanner = f"{sys.executable} -c 'import sys; sys.stdin.buffer.read(); sys.exit({exits})'"
    try:
        said = prepare(picture(), name="a.png", scanner=scanner).scan
    except DomainError as refusal:
        said = refusal.code
    assert said == outcome


def test_a_scanner_that_is_not_there_lets_nothing_in() -> None:
    with pytest.raises(DomainError, match="attachment_scan_failed"):
        prepare(picture(), name="a.png", scanner="clamd://127.0.0.1:1")
