"""Pictures drawn anew: what is kept has the same pixels and nothing else — no place, no camera, no hidden second file."""

from __future__ import annotations

import io
import threading

from PIL import Image, ImageOps

from ticketing.attachments.rules import MAX_PIXELS, is_whole
from ticketing.platform.errors import DomainError

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
LONGEST_SIDE = 4096
"""Enough to read a page of small print; larger pictures are made smaller."""
JPEG_QUALITY = 88
THUMBNAIL_SIDE = 192
"""Twice what the desk shows, for screens with small dots."""
_one_of_two = threading.BoundedSemaphore(2)
"""Decoded pictures are large; more of them at once would only wait for the processors and fill the memory."""


def redrawn(content: bytes, media_type: str) -> tuple[bytes, str]:
    """The picture as PNG or JPEG, upright, and its media type.

    Raises ``attachment_unreadable`` for what is no whole picture, ``attachment_too_many_pixels`` before anything is decoded.
    """
    if not is_whole(content, media_type):
        raise DomainError("attachment_unreadable")
    try:
        with _one_of_two:
            picture = Image.open(io.BytesIO(content), formats=[FORMATS[media_type]])
            if picture.width * picture.height > MAX_PIXELS:
                raise DomainError("attachment_too_many_pixels")
            return _drawn(picture)
    except DomainError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DomainError("attachment_too_many_pixels") from error
    except Exception as error:
        raise DomainError("attachment_unreadable") from error


def _drawn(picture: Image.Image) -> tuple[bytes, str]:
    """Only pixels are carried over; ``exif_transpose`` reads which way is up before that is dropped."""
    keeps_lines = picture.format in {"PNG", "GIF"}
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clear = "A" in upright.getbands() or "transparency" in upright.info
    flat = upright.convert("RGBA" if clear else "RGB")
    plain = Image.new(flat.mode, flat.size)
    plain.paste(flat)
    out = io.BytesIO()
    if keeps_lines or clear:
        plain.save(out, "PNG")
        return out.getvalue(), "image/png"
    plain.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue(), "image/jpeg"


def thumbnail(content: bytes) -> bytes:
    """A picture we keep, small, as WebP."""
    with _one_of_two:
        picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        out = io.BytesIO()
        picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB").save(
            out, "WEBP"
        )
    return out.getvalue()
