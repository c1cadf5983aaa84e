"""Headers that every answer carries, and the page that shows a refusal."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, make_response, render_template, request

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
HSTS = "max-age=63072000; includeSubDomains"


def install(app: Flask) -> None:
    """Set the headers on every answer; a view that needs another policy directive calls ``allow``."""
    app.after_request(_protect)


def allow(**directives: str) -> None:
    """Change directives of this answer's Content-Security-Policy: ``allow(frame_ancestors="'self'")``."""
    g.policy = {name.replace("_", "-"): value for name, value in directives.items()}


def _protect(response: Response) -> Response:
    policy = POLICY | g.get("policy", {})
    response.headers.setdefault(
        "Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items())
    )
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if policy["frame-ancestors"] != "'none'":
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    if runtime().settings.production:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if response.mimetype == "text/html":
        # Pages carry personal data: neither proxies nor the back button of the next person may keep them.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def render_refusal(error: DomainError) -> Any:
    """A page (or, for htmx, a short notice) that says what went wrong and where to go from here."""
    template = "parts/refusal.html" if request.headers.get("HX-Request") else "error.html"
    response = make_response(render_template(template, error=error), error.status)
    if "retry_after" in error.context:
        response.headers["Retry-After"] = str(error.context["retry_after"])
    return response
