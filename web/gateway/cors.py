"""Which other sites' pages may talk to the gateway."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime

HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language, Idempotency-Key, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
EXPOSED = "Retry-After, X-Request-Id"


def check_origin() -> Response | None:
    """Answer a preflight; refuse a write from a page of an origin that is not listed."""
    allowed = is_allowed(request.headers.get("Origin"))
    if request.method == "OPTIONS":
        return Response(status=204, headers=HEADERS if allowed else None)
    if request.method == "POST" and not allowed:
        raise DomainError("origin_refused")
    return None


def add_headers(response: Response) -> Response:
    """Let the allowed origin's script read the answer."""
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin and is_allowed(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def is_allowed(origin: str | None) -> bool:
    """Whether pages of this origin may use the gateway. Programs and apps send none."""
    if origin is None or origin in own_origins():
        return True
    listed = {item.strip().rstrip("/") for item in runtime().settings.widget_origins.split(",")}
    return "*" in listed or origin in listed


def is_own_page() -> bool:
    """Whether a page of ours sent this, as the browser itself says: only then does a cookie count for a write."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in own_origins()
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def own_origins() -> set[str]:
    """Our own origin, as configured and as asked for."""
    public = urlsplit(runtime().settings.public_url)
    return {f"{public.scheme}://{public.netloc}", request.host_url.rstrip("/")}
