"""Another company's web page: an origin of its own, a policy as strict as a bank's, and one script tag of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; script-src {kesu}; connect-src {kesu}; require-trusted-types-for 'script'"
PAGE = """<!doctype html>
<html lang="{language}">
  <head><meta charset="utf-8"><title>商城 Shop</title></head>
  <body><h1>商城 Shop</h1><script src="{kesu}/widget.js" async></script></body>
</html>"""


@dataclass(frozen=True)
class Host:
    """Where the page is."""

    origin: str

    def page(self, language: str) -> str:
        """The page's address in a language."""
        return f"{self.origin}/?lang={language}"


@contextmanager
def serving(kesu: str) -> Iterator[Host]:
    """Serve the page on a free port under the name ``localhost``, which is not the product's origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            language = parse_qs(urlsplit(self.path).query).get("lang", ["zh"])[0]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(kesu=kesu))
            self.end_headers()
            self.wfile.write(PAGE.format(kesu=kesu, language={"zh": "zh-CN"}.get(language, "en")).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Host(f"http://localhost:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
