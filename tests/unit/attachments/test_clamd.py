"""The words exchanged with clamd."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest

from ticketing.attachments import scanning
from ticketing.platform.errors import DomainError


def clamd(path: Path, answer: bytes, heard: list[bytes]) -> threading.Thread:
    """A scanner that reads one file and says ``answer``."""
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    door.listen(1)

    def serve() -> None:
        line, _ = door.accept()
        with line, line.makefile("rb") as reader:
            heard.append(reader.read(10))
            while size := struct.unpack("!I", reader.read(4))[0]:
                heard.append(reader.read(size))
            line.sendall(answer)
        door.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"stream: OK\0", "clean"),
        (b"stream: Eicar-Test FOUND\0", "attachment_infected"),
        (b"INSTREAM size limit exceeded. ERROR\0", "attachment_scan_failed"),
    ],
)
def test_clamd_reads_the_whole_file_and_its_answer_counts(tmp_path: Path, answer: bytes, outcome: str) -> None:
    heard: list[bytes] = []
    content = b"x" * (scanning.CHUNK + 7)
    thread = clamd(tmp_path / "clamd", answer, heard)
    try:
        said = scanning.verdict(f"clamd://{tmp_path}/clamd", content)
    except DomainError as refusal:
        said = refusal.code
    thread.join(5)
    assert said == outcome
    assert heard[0] == b"zINSTREAM\0"
    assert b"".join(heard[1:]) == content
