"""A small ticketing API for the stories: a real HTTP server that keeps the contract and records what was called."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Json = dict[str, Any]

TITLES = {
    "zh": {"product_service": "产品服务", "transaction_dispute": "交易纠纷", "system_failure": "系统故障", "policy_issue": "政策问题"},
    "en": {"product_service": "Product or service", "transaction_dispute": "Transaction dispute",
           "system_failure": "System failure", "policy_issue": "Policy issue"},
}  # fmt: skip
PROMISES = {
    "zh": ["初步调查结果：11月24日 16:00 前", "处理结果：11月25日 16:00 前"],
    "en": ["First findings: by 24 Nov 16:00", "Result: by 25 Nov 16:00"],
}
NOT_FOUND = {"zh": "没有找到这个编号的工单。", "en": "We can't find a ticket with that number."}
SURE = 0.8
"""From this score on one article is the answer."""
QUEUED = {"zh": "已为您转接人工，前面还有 2 位。", "en": "You are number 3 in the queue."}


@dataclass
class Backend:
    """What the API knows and what it was asked; `down` makes it break every connection, `failing` answer 503."""

    tickets: list[Json] = field(default_factory=list)
    surveys: list[Json] = field(default_factory=list)
    knowledge: dict[str, Json] = field(default_factory=dict)
    calls: list[tuple[str, str, Json, str | None]] = field(default_factory=list)
    down: bool = False
    reject: Json | None = None
    kept: dict[str, Json] = field(default_factory=dict)

    def reset(
        self, tickets: list[Json] | None = None, surveys: list[Json] | None = None, knowledge: Any = None
    ) -> None:
        """Everything as at the start of a story."""
        self.__init__(tickets=list(tickets or []), surveys=list(surveys or []), knowledge=dict(knowledge or {}))  # type: ignore[misc]

    def answer(
        self, method: str, path: str, query: Json, body: Json, key: str | None, language: str
    ) -> tuple[int, Json]:
        """Status and body of a call."""
        if method == "POST" and key is None:
            return 400, {"code": "idempotency_key_missing", "detail": "Idempotency-Key"}
        if self.reject is not None and method == "POST":
            return 422, self.reject
        if key and key in self.kept:
            return 201, self.kept[key]
        status, found = self._route(method, path, query, body, language)
        if key:
            self.kept[key] = found
        return status, found

    def _route(self, method: str, path: str, query: Json, body: Json, language: str) -> tuple[int, Json]:
        parts = path.strip("/").split("/")
        if parts[:2] == ["knowledge", "search"]:
            return 200, self._passage(query) or self._search(query["q"], language)
        if parts[:2] == ["knowledge", "articles"]:
            return 200, next(a for a in self.knowledge.values() if a["key"] == parts[2]) | {"answer_id": "a2"}
        if parts[:2] == ["knowledge", "answers"]:
            return 204, {}
        if parts[0] == "tickets":
            return self._ticket(method, parts[1:], query, body, language)
        if parts == ["conversation", "handoff"]:
            return 200, {
                "owner": "queued",
                "position": 3,
                "agents_online": 2,
                "wait_minutes": 4,
                "text": QUEUED[language],
            }
        if parts == ["surveys", "pending"]:
            return 200, {"items": self.surveys}
        if parts[0] == "surveys" and min(body.values(), key=str) in (1, 2) and not body.get("comment"):
            detail = {"zh": "请写几句原因", "en": "Please tell us why"}[language]
            return 422, {"code": "survey_comment_missing", "detail": detail}
        return (200, {}) if parts[0] == "surveys" else (404, {"code": "not_found", "detail": "?"})

    def _ticket(self, method: str, parts: list[str], query: Json, body: Json, language: str) -> tuple[int, Json]:
        if not parts and method == "GET":
            state = query.get("state", "all")
            mine = [t for t in self.tickets if state == "all" or t["status"] not in ("closed", "withdrawn")]
            return 200, {"items": mine, "next_cursor": None}
        if not parts:
            told = {k: v for k, v in body.items() if k != "language"}
            self.tickets.append(ticket(f"KS-20261123-{len(self.tickets) + 42:05d}", language, **told))
            return 201, self.tickets[-1]
        found = next((t for t in self.tickets if t["number"] == parts[0]), None)
        if found is None:
            return 404, {"code": "ticket_not_found", "detail": NOT_FOUND[language]}
        if parts[1:] == ["withdrawal"]:
            found |= {"status": "withdrawn", "status_text": "已撤诉"}
        return (201 if parts[1:] == ["additions"] else 200), found

    def _passage(self, query: Json) -> Json | None:
        """The line of the article told before that a word of `passages` calls for."""
        told = next((a for a in self.knowledge.values() if a["key"] == query.get("topic")), {})
        lines = told.get("passages") or {}
        line = next((line for word, line in lines.items() if word.lower() in query["q"].lower()), None)
        return line and {"verdict": "passage", "answer_id": "a3", "results": [told], "passage": line}

    def _search(self, text: str, language: str) -> Json:
        hits = [article for word, article in self.knowledge.items() if word.lower() in text.lower()]
        if not hits:
            return {"verdict": "decline", "answer_id": "a0", "results": []}
        sure = len(hits) == 1 and hits[0].get("score", 1.0) >= SURE
        return {"verdict": "answer" if sure else "ask", "answer_id": "a1", "results": hits}


def ticket(number: str, language: str = "zh", category: str = "transaction_dispute", **known: Any) -> Json:
    """A ticket as the API tells it."""
    promises = [
        {
            "clock": clock,
            "due_at": "2026-11-24T08:00:00Z",
            "due_text": text.split("：")[-1],
            "state": "running",
            "text": text,
        }
        for clock, text in zip(("investigation", "resolution"), PROMISES[language], strict=True)
    ]
    return {
        "number": number, "kind": "complaint", "status": "accepted", "status_text": {"zh": "已受理", "en": "Accepted"}[language],
        "category": category, "category_text": TITLES[language][category], "created_at": "2026-11-23T08:00:00Z", "promises": promises,
        "progress_text": "", "answer": None, "page_url": f"/my/tickets/{number}",
    } | {k: v for k, v in known.items() if k not in ("consent", "kind")}  # fmt: skip


def serve(backend: Backend) -> tuple[ThreadingHTTPServer, str]:
    """Starts the API on a free port; returns the server and its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            path = unquote(parts.path).removeprefix("/api/v1")
            key = self.headers.get("Idempotency-Key")
            if backend.down:
                self.close_connection = True
                self.connection.close()
                return
            backend.calls.append((self.command, path, body, key))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            language = self.headers.get("Accept-Language", "zh")
            status, found = backend.answer(self.command, path, query, body, key, language)
            raw = b"" if status == 204 else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
