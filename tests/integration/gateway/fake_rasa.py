"""A stand-in for the assistant: a real HTTP server on the loopback whose answers tests choose."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeRasa:
    """Answers ``echo`` by default. ``answer`` gives (status, body) for a message; ``delay`` and ``gate`` hold answers back."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.authorizations: set[str | None] = set()
        self.connections = 0
        self.delay = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.running_at_once = 0
        self._running = 0
        self._lock = threading.Lock()
        self.answer: Callable[[dict[str, Any]], tuple[int, Any]] = lambda body: (
            200,
            [{"text": f"echo {body['message']}"}],
        )
        self._server: ThreadingHTTPServer | None = None
        self.url = ""
        self.start()

    def start(self, port: int = 0) -> None:
        """Listen; on the same port again after ``stop``."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body in one packet

            def setup(self) -> None:
                fake.connections += 1
                super().setup()

            def do_POST(self) -> None:
                fake.serve(self)

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self.gate.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.seen.append(body)
            self.authorizations.add(handler.headers["Authorization"])
            self._running += 1
            self.running_at_once = max(self.running_at_once, self._running)
        time.sleep(self.delay)
        self.gate.wait(10)
        status, answer = self.answer(body)
        with self._lock:
            self._running -= 1
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(raw)))
            handler.end_headers()
            handler.wfile.write(raw)
        except OSError:
            handler.close_connection = True

    @property
    def messages(self) -> list[str]:
        """What it was asked, in order."""
        return [body["message"] for body in self.seen]
