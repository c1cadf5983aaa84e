"""The one HTTP client for the ticketing API (docs/architecture.md, Actions → API)."""

import hashlib
import logging
import os
import time
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

log = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
Json = dict[str, Any]

_session = requests.Session()
_session.mount("http://", HTTPAdapter(pool_connections=4, pool_maxsize=64))
_session.mount("https://", HTTPAdapter(pool_connections=4, pool_maxsize=64))
_session.trust_env = False


class ApiUnavailable(Exception):
    """The API did not answer in time or broke: tell the customer honestly, keep everything, repeat with the same key."""


class ApiProblem(Exception):
    """The API refused; `detail` is in the customer's language and may be shown."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        """Takes the fields of the problem document."""
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail


def idempotency_key(*parts: object) -> str:
    """The same key for the same parts, so that a repeated call is the same call."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:48]


class Api:
    """Calls on behalf of one conversation, with its token, in its language."""

    def __init__(self, token: str, language: str, base: str | None = None) -> None:
        """`base` defaults to KESU_API_URL, and that to the web process on this machine."""
        self._base = (base or os.environ.get("KESU_API_URL") or "http://127.0.0.1:8000").rstrip("/") + "/api/v1"
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        self._language = language

    def search(self, text: str, topic: str | None) -> Json:
        """What the knowledge base says to a text: verdict answer, ask or decline, with results."""
        query = {"q": text[:500], "language": self._language} | ({"topic": topic} if topic else {})
        return self._call("GET", "/knowledge/search", params=query)

    def article(self, key: str) -> Json:
        """One article, logged as answered."""
        return self._call("GET", f"/knowledge/articles/{_segment(key)}", params={"language": self._language})

    def create_ticket(self, body: Json, key: str) -> Json:
        """The ticket created, or the one created before under the same key."""
        return self._call("POST", "/tickets", json=body | {"language": self._language}, key=key)

    def tickets(self, state: str) -> list[Json]:
        """The customer's own tickets, `open` or `all`."""
        items: list[Json] = self._call("GET", "/tickets", params={"state": state, "limit": "10"}).get("items", [])
        return items

    def ticket(self, number: str) -> Json:
        """One of the customer's own tickets."""
        return self._call("GET", f"/tickets/{_segment(number)}")

    def add(self, number: str, text: str, key: str) -> Json:
        """The ticket after something was added to it."""
        return self._call("POST", f"/tickets/{_segment(number)}/additions", json={"text": text}, key=key)

    def withdraw(self, number: str, key: str) -> Json:
        """The ticket after it was withdrawn."""
        return self._call("POST", f"/tickets/{_segment(number)}/withdrawal", json={}, key=key)

    def hand_over(self, reason: str, summary: str, slots: Json, key: str) -> Json:
        """The queue after the conversation was handed to people."""
        body = {"reason": reason, "summary": summary[:500], "language": self._language, "slots": slots}
        return self._call("POST", "/conversation/handoff", json=body, key=key)

    def queue(self) -> Json:
        """Where the customer stands in the queue, in words too."""
        return self._call("GET", "/conversation/handoff")

    def pending_surveys(self) -> list[Json]:
        """Surveys the customer has not answered."""
        items: list[Json] = self._call("GET", "/surveys/pending").get("items", [])
        return items

    def answer_survey(self, survey: str, marks: Json, key: str) -> None:
        """Records the three marks and the comment."""
        self._call("POST", f"/surveys/{_segment(survey)}/answer", json=marks, key=key)

    def _call(self, method: str, path: str, *, key: str | None = None, **how: Any) -> Json:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        started = time.monotonic()
        try:
            response = _session.request(
                method,
                self._base + path,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                **how,
            )
        except requests.RequestException as error:
            log.warning("api_unavailable method=%s path=%s error=%s", method, path, type(error).__name__)
            raise ApiUnavailable from error
        log.info(
            "api_called method=%s path=%s status=%d ms=%d",
            method,
            path,
            response.status_code,
            1000 * (time.monotonic() - started),
        )
        return _read(response)


def _read(response: requests.Response) -> Json:
    """The JSON of a good answer; raises ApiProblem for a refusal and ApiUnavailable for a broken server."""
    if response.status_code == 204:
        return {}
    try:
        body = response.json()
    except ValueError as error:
        raise ApiUnavailable(f"status {response.status_code} without JSON") from error
    if 200 <= response.status_code < 300 and isinstance(body, dict):
        return body
    if 400 <= response.status_code < 500 and isinstance(body, dict):
        raise ApiProblem(response.status_code, str(body.get("code", "")), str(body.get("detail") or ""))
    raise ApiUnavailable(f"status {response.status_code}")


def _segment(value: str) -> str:
    return quote(str(value), safe="")
