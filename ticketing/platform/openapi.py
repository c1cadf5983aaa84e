"""What every operation of the API has in common, added to the OpenAPI document: problems, credentials, headers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from flask import Flask
from pydantic import BaseModel, ConfigDict

from ticketing.platform.access import access_of

COOKIE = "kesu_staff"
HEADERS = {
    "IdempotencyKey": (
        "Idempotency-Key",
        True,
        "Repeats of a request carry the same key and get the first answer again.",
    ),
    "IfMatch": ("If-Match", False, "The version (ETag) the change is meant for; an older one is refused with 412."),
}


class Problem(BaseModel):
    """RFC 9457 problem details; ``detail`` is in the reader's language and may be shown."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None

    model_config = ConfigDict(extra="allow")


class Query(BaseModel):
    """What a view takes from the address."""

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        """flask-openapi asks for it at every request, which took half a millisecond each time."""
        return super().model_json_schema(*arguments, **options) if arguments or options else _schema(cls)


@cache
def _schema(query: type[Query]) -> dict[str, Any]:
    return super(Query, query).model_json_schema()


def complete(app: Flask, document: dict[str, Any]) -> None:
    """Complete the document that was made from the views' signatures."""
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    parts["schemas"].pop("ValidationErrorModel", None)
    parts["responses"] = {
        "Problem": {
            "description": "Refused, or not possible now",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    parts["parameters"] = {
        key: {"name": name, "in": "header", "required": required, "description": why, "schema": _HEADER_SCHEMAS[key]}
        for key, (name, required, why) in HEADERS.items()
    }
    parts["securitySchemes"] = {
        "conversation": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "integration": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of one purpose, made by a supervisor.",
        },
        "staff": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "With X-CSRF-Token on writes."},
    }
    views = _views(app)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete_operation(operation, views.get((path, method.upper())))


_HEADER_SCHEMAS = {
    "IdempotencyKey": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "IfMatch": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
}


def _views(app: Flask) -> dict[tuple[str, str], Any]:
    return {
        (re.sub(r"<(?:[^<:]+:)?(\w+)>", r"{\1}", rule.rule), method): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _complete_operation(operation: dict[str, Any], view: Any) -> None:
    answers = operation.setdefault("responses", {})
    if "ValidationErrorModel" in str(answers.get("422")):
        del answers["422"]
    answers["4XX"] = answers["503"] = {"$ref": "#/components/responses/Problem"}
    access = access_of(view)
    if access is not None and access.kind == "api":
        allowed = (
            ("conversation", access.customers),
            ("staff", access.permission is not None),
            ("integration", access.scope is not None),
        )
        operation["security"] = [{name: []} for name, open_to in allowed if open_to]
    wanted = [
        key
        for key, mark in (("IdempotencyKey", "kesu_idempotent"), ("IfMatch", "kesu_versioned"))
        if hasattr(view, mark)
    ]
    if wanted:
        references = [{"$ref": f"#/components/parameters/{key}"} for key in wanted]
        operation["parameters"] = [*operation.get("parameters", []), *references]
