"""Asking a virus scanner, where the installation has one (``KESU_SCANNER``): clamd over its socket, or any command.

Without one files are kept as ``not_scanned`` and shown so. With one that does not answer nothing is taken in.
"""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from urllib.parse import urlsplit

from ticketing.platform.errors import DomainError
from ticketing.platform.log import log

CLEAN, NOT_SCANNED = "clean", "not_scanned"
TIMEOUT_SECONDS = 30
CHUNK = 64 * 1024
_INFECTED = 1
"""The exit code by which clamscan and its likes say that they found something."""


def verdict(scanner: str, content: bytes) -> str:
    """``clean`` or ``not_scanned``; raises ``attachment_infected``, or ``attachment_scan_failed`` when nobody can say."""
    if not scanner:
        return NOT_SCANNED
    try:
        infected = _clamd(scanner, content) if scanner.startswith("clamd:") else _command(scanner, content)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        log.error("attachment.not_scanned", action="refuse", error=type(error).__name__)
        raise DomainError("attachment_scan_failed") from error
    if infected:
        log.warning("attachment.infected", action="refuse", bytes=len(content))
        raise DomainError("attachment_infected")
    return CLEAN


def _command(command: str, content: bytes) -> bool:
    """The file on standard input; exit code 0 is clean, 1 infected, anything else a failure."""
    done = subprocess.run(  # noqa: S603 - the operator's own command
        shlex.split(command), input=content, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
    )
    if done.returncode not in {0, _INFECTED}:
        raise ValueError("the scanner failed")
    return done.returncode == _INFECTED


def _clamd(address: str, content: bytes) -> bool:
    """clamd's INSTREAM: chunks with their lengths, an empty one at the end."""
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = line.makefile("rb").read(4096).rstrip(b"\0\n")
    if answer.endswith(b"FOUND"):
        return True
    if not answer.endswith(b"OK"):
        raise ValueError("the scanner did not say")
    return False


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout=TIMEOUT_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(TIMEOUT_SECONDS)
    line.connect(parts.path)
    return line
