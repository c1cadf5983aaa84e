"""A stand-in for ``web/gateway`` and a foreign host page: the widget's side of docs/architecture.md, standard library only.

``python tests/e2e/widget/fake_gateway.py [kesu port] [host port]`` serves both for looking at; tests start it in threads and turn
its knobs (``Gateway.fail``, ``delay``, ``streaming`` …).
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

WIDGET = Path(__file__).resolve().parents[3] / "web" / "static" / "vendor" / "kesu.js"
HOST_PAGE = """<!doctype html><html{html}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>示例银行</title>{head}</head><body><h1>示例银行</h1><p><button id="before">转账</button></p><p>{filler}</p>
<script src="{kesu}/widget.js" {attributes} async></script></body></html>"""


def _file_of(raw: bytes) -> dict[str, Any]:
    """The client id and the file's name of an upload's form."""
    text = raw.decode(errors="replace")
    client_id, name = text.split('name="client_id"')[1].split("\r\n")[2], text.split('filename="')[1].split('"')[0]
    return {"client_id": client_id, "file": name}


class Gateway:
    """The state of every fake conversation, and what should go wrong next."""

    def __init__(self, kesu: str = "", host: str = "") -> None:
        self.kesu, self.host = kesu, host
        self.changed = threading.Condition()
        self.conversations: dict[str, dict[str, Any]] = {}
        self.posts: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.thumbs: list[dict[str, Any]] = []
        self.opened: list[dict[str, Any]] = []
        self.surveys: list[dict[str, Any]] = []
        self.identities: list[str | None] = []
        self.streaming: bool | str = True  # False refuses streams, "silent" opens them and lets nothing through
        self.delay = 0.0
        self.fail: list[
            tuple[int, dict[str, Any]] | str
        ] = []  # answers to the next posts: (status, problem), "drop" or "lose"
        self.page: dict[str, str] = {}
        self.config: dict[str, Any] = {"message_max_chars": 2000, "surveys_in_chat": True}

    def create(self, language: str = "zh", identity: str | None = None) -> dict[str, Any]:
        """A new conversation whose first message is the greeting."""
        self.identities.append(identity)
        conversation = {
            "id": uuid4().hex,
            "token": uuid4().hex,
            "language": language,
            "owner": "bot",
            "messages": [],
            "queue": None,
        }
        self.conversations[conversation["id"]] = conversation
        text = (
            "您好，我是智能助手，7×24 小时为您服务。请问有什么可以帮您？"
            if language == "zh"
            else "Hello, I am the assistant, here day and night. How can I help?"
        )
        titles = (
            ["我要投诉", "查询工单进度", "转人工"]
            if language == "zh"
            else ["Make a complaint", "Check my ticket", "Talk to a person"]
        )
        self.say(conversation, text, buttons=titles)
        return conversation

    def say(
        self,
        conversation: dict[str, Any],
        text: str,
        *,
        author: str = "bot",
        buttons: list[str] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Appends a message and wakes the streams."""
        with self.changed:
            message = {
                "seq": len(conversation["messages"]) + 1,
                "author": author,
                "text": text,
                "created_at": _now(),
                **more,
            }
            if buttons:
                message["buttons"] = [{"title": title} for title in buttons]
            conversation["messages"].append(message)
            self.changed.notify_all()
        return message

    def own(self, conversation: dict[str, Any], owner: str, **more: Any) -> None:
        """Changes the owner and tells the streams."""
        with self.changed:
            conversation.update(owner=owner, **more)
            self.changed.notify_all()

    def only(self) -> dict[str, Any]:
        """The one conversation of a test (the newest)."""
        return list(self.conversations.values())[-1]

    def accept(self, conversation: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
        """Stores a customer's message once and lets the scripted assistant answer."""
        messages = conversation["messages"]
        known = [message for message in messages if message.get("client_id") == body["client_id"]]
        if known:
            return known
        button = body.get("button")
        if "action" in body:
            body = {**body, "text": {"leave_queue": "取消排队", "leave_ticket": "改为留言"}[body["action"]]}
            conversation.update(owner="bot", queue=None)
        if "file" in body:
            start, card = len(messages), {"name": body["file"], "size_text": "1 KB"}
            self.say(conversation, body["file"], author="customer", client_id=body["client_id"], kind="file", card=card)
            self.say(conversation, "文件已收到")
            return messages[start:]
        text = messages[button["seq"] - 1]["buttons"][button["index"]]["title"] if button else body["text"]
        start = len(messages)
        self.say(conversation, text, author="customer", client_id=body["client_id"])
        if self.delay:
            time.sleep(self.delay)
        if conversation["owner"] == "bot":
            _assistant(self, conversation, text)
        return messages[start:]


def _assistant(gateway: Gateway, conversation: dict[str, Any], text: str) -> None:
    """A scripted answer showing each kind of card."""
    due = [
        {"clock": "investigation", "state": "met", "text": "初步调查结果：11月24日 15:04 前"},
        {"clock": "resolution", "state": "running", "text": "处理结果：11月25日 15:04 前"},
    ]
    rows = [
        ("类别", "交易纠纷"),
        ("产品", "转账"),
        ("金额", "¥300.00"),
        ("经过", "昨天下午转账 300 元给朋友，对方一直没收到，但我的余额已经扣了。"),
        ("希望", "退回款项"),
    ]
    lowered = text.lower()

    def say(answer: str, **more: Any) -> None:
        gateway.say(conversation, answer, **more)

    if "确认" in text or "confirm" in lowered:
        card = {
            "number": "KS-20261123-00042",
            "status_text": "已受理",
            "category_text": "交易纠纷",
            "promises": due,
            "page_url": "/my/tickets/KS-20261123-00042",
        }
        say("您的投诉已受理，我们会全程跟进。", kind="ticket", card=card)
    elif "投诉" in text or "complain" in lowered:
        say(
            "请核对以下信息，**确认后提交**：",
            kind="summary",
            card={"rows": [{"label": a, "value": b} for a, b in rows]},
            buttons=["确认提交", "修改", "取消"],
        )
    elif "人工" in text or "person" in lowered:
        say(
            "正在为您转接人工客服。",
            kind="handoff",
            card={"position": 3, "wait_minutes": 6, "text": "当前咨询较多，您可以先描述问题，客服接入后会看到。"},
            buttons=["取消排队"],
        )
        gateway.own(conversation, "queued", queue={"position": 3, "text": ""})
    elif "手续费" in text or "fee" in lowered:
        notice = "理财非存款，产品有风险，投资须谨慎。过往业绩不代表未来表现。"
        steps = (
            "提现手续费按以下方式收取：\n1. 每月前 3 笔免费\n2. 之后每笔收取 **0.1%**，最低 1 元\n3. VIP 客户不限笔数\n\n详情见 "
            + gateway.kesu
            + "/help/fees，或 https://evil.example/x。"
        )
        card = {"question": "提现要收手续费吗？", "risk_notice": notice, "answer_id": "a1"}
        say(
            steps + "\n\n风险提示：" + notice, kind="article", card=card, buttons=["提现多久到账？", "单日限额是多少？"]
        )
    elif "评价" in text or "rate" in lowered:
        say("请为本次服务打分：", kind="survey", card={"id": "s1", "page_url": "/my/surveys/s1"})
    elif "验证码" in text or "fraud" in lowered:
        say("请立即停止转账！**任何人**索要验证码都是诈骗。请保留证据，并拨打 96110。", kind="warning", card={})
    elif "承诺" in text:
        say("目前的进度如下：", kind="promise", card={"promises": due})
    elif "未知" in text:
        say("未知种类也要能读。", kind="hologram", card={"x": 1})
    elif "选" in text:
        say("您是不是想问：", kind="choices", buttons=["怎么修改绑定的手机号？", "收不到验证码怎么办？", "以上都不是"])
    else:
        say(f"收到：{text}" if conversation["language"] == "zh" else f"Noted: {text}")


def _now(seconds: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


class _Kesu(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def log_message(self, *_: Any) -> None:
        pass

    def do_OPTIONS(self) -> None:
        self.send_response(204)
        self._cors()
        self.send_header("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        self.send_header(
            "Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Language, Idempotency-Key"
        )
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/widget.js":
            return self._send(200, WIDGET.read_bytes(), "text/javascript; charset=utf-8")
        if not url.path.startswith("/chat/"):
            return self._send(200, b"<!doctype html><title>Kesu</title>own page", "text/html")
        conversation = self._conversation(url.path)
        if conversation is None:
            return None
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        tail = url.path.split("/")[5:]
        if not tail:
            state = {key: conversation[key] for key in ("id", "language", "owner", "queue")}
            return self._json(
                200, {**state, "last_seq": len(conversation["messages"]), "name": conversation.get("name")}
            )
        if tail == ["messages"]:
            found = [
                m
                for m in conversation["messages"]
                if int(query.get("after", 0)) < m["seq"] < int(query.get("before", 10**9))
            ]
            size = int(query.get("limit", 50))
            found = found[-size:] if "before" in query else found[:size]
            return self._json(
                200, {"messages": found, "owner": conversation["owner"], "last_seq": len(conversation["messages"])}
            )
        if tail == ["events"] and self.gateway.streaming:
            return self._events(conversation, int(query.get("after", 0)))
        return self._json(404, {"code": "http_404", "detail": "没有找到这个页面或内容。"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = _file_of(raw) if self.path.endswith("/files") else json.loads(raw or b"{}")
        gateway, tail = self.gateway, self.path.split("/")[4:]
        if self.path == "/chat/v1/conversations":
            if body.get("identity_token") == "bad":
                return self._json(401, {"code": "token_invalid", "detail": "登录凭证无效"})
            gateway.opened.append(body)
            made = gateway.create(body.get("language", "zh"), body.get("identity_token"))
            return self._json(201, {**made, "config": self.gateway.config})
        conversation = self._conversation(self.path)
        if conversation is None:
            return None
        if tail[1:] in (["messages"], ["files"]):
            time.sleep(gateway.delay if tail[1:] == ["files"] else 0)
            return self._post_message(conversation, body)
        if tail[1:] == ["page-link"]:
            return self._json(200, {"url": f"{gateway.kesu}/l/{uuid4().hex}?next={body['path']}"})
        if tail[1:] == ["language"]:
            conversation["language"] = body["language"]
        if tail[-1] == "thumb":
            gateway.thumbs.append({"answer": tail[2], **body})
        if tail[-1] == "answer":
            gateway.surveys.append(body)
        return self._json(200, {})

    def _post_message(self, conversation: dict[str, Any], body: dict[str, Any]) -> None:
        gateway = self.gateway
        gateway.posts.append(body)
        wrong = gateway.fail.pop(0) if gateway.fail else None
        if wrong == "drop":
            self.close_connection = True
            return
        if isinstance(wrong, tuple):
            return self._json(*wrong)
        messages = gateway.accept(conversation, body)
        if wrong == "lose":  # stored, but the answer never arrives
            self.close_connection = True
            return
        self._json(
            200, {"messages": messages, "owner": conversation["owner"], "last_seq": len(conversation["messages"])}
        )

    def _events(self, conversation: dict[str, Any], after: int) -> None:
        self.send_response(200)
        self._cors()
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        owner: Any = None
        if self.gateway.streaming == "silent":
            time.sleep(20)
            return
        try:
            self.wfile.write(b": ping\n\n")
            while conversation["id"] in self.gateway.conversations and not getattr(self.server, "closing", False):
                with self.gateway.changed:
                    news = [m for m in conversation["messages"] if m["seq"] > after]
                    if not news and owner == (conversation["owner"], conversation["queue"]):
                        self.gateway.changed.wait(1)
                for message in news:
                    self._event("message", message)
                    after = message["seq"]
                if owner != (conversation["owner"], conversation["queue"]):
                    owner = (conversation["owner"], conversation["queue"])
                    self._event("owner", {"owner": owner[0], "name": conversation.get("name"), "queue": owner[1]})
                if conversation.pop("typing", None):
                    self._event("typing", {"author": "agent", "name": conversation.get("name")})
                self.wfile.write(b": ping\n\n")
                self.wfile.flush()
        except OSError:
            pass

    def _event(self, name: str, value: Any) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode())

    def _conversation(self, path: str) -> dict[str, Any] | None:
        self.gateway.calls.append(f"{self.command} {path}")
        found = self.gateway.conversations.get(path.split("/")[4])
        if found and self.headers.get("Authorization") == f"Bearer {found['token']}":
            return found
        self._json(401, {"code": "token_invalid", "detail": "登录凭证无效或已过期，请重新打开聊天窗口。"})
        return None

    def _json(self, status: int, value: Any) -> None:
        kind = "application/json" if status < 400 else "application/problem+json"
        self._send(status, json.dumps(value, ensure_ascii=False).encode(), kind)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self._cors()
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cors(self) -> None:
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
        self.send_header("Vary", "Origin")


class _Host(BaseHTTPRequestHandler):
    """A page that allows Kesu's script and calls, and nothing else at all."""

    gateway: Gateway

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        page = {"html": "", "head": "", "attributes": 'data-lang="zh"', "filler": "", **self.gateway.page}
        body = HOST_PAGE.format(kesu=self.gateway.kesu, **page).encode()
        kesu = f"{self.gateway.kesu} {page.get('allow', '')}"
        csp = f"default-src 'none'; script-src {kesu}; connect-src {kesu}; require-trusted-types-for 'script'"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", csp)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers hang up whenever they like."""


@contextmanager
def running(kesu_port: int = 0, host_port: int = 0) -> Iterator[Gateway]:
    """Both servers on free ports; ``gateway.kesu`` and ``gateway.host`` are their origins."""
    gateway = Gateway()
    kesu = _Server(("127.0.0.1", kesu_port), type("Kesu", (_Kesu,), {"gateway": gateway}))
    host = _Server(("127.0.0.1", host_port), type("Host", (_Host,), {"gateway": gateway}))
    gateway.kesu = f"http://127.0.0.1:{kesu.server_port}"
    gateway.host = f"http://localhost:{host.server_port}"
    for server in (kesu, host):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield gateway
    finally:
        for server in (kesu, host):
            server.closing = True  # type: ignore[attr-defined]
            server.shutdown()
            server.server_close()


if __name__ == "__main__":
    with running(*(int(port) for port in sys.argv[1:3])) as served:
        print(f"kesu {served.kesu}  host page {served.host}", flush=True)
        threading.Event().wait()
