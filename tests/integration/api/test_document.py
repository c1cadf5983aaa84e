"""The API's own document: whole, true, and readable without the outside world."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urljoin

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.api.conftest import Caller

DOCUMENT = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error, content_type_conformance, response_headers_conformance, response_schema_conformance,
    status_code_conformance,
]  # fmt: skip
EXAMPLES = 25


def test_the_document_is_openapi_3_1_and_holds_every_route(app: Flask) -> None:
    document = app.test_client().get(DOCUMENT).json
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        and rule.endpoint.partition(".")[0] not in {"openapi", "swagger", "forgotten", "faulty"}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert document["openapi"] == "3.1.0"
    assert told == served


def test_every_operation_tells_its_credentials_and_its_refusals(app: Flask) -> None:
    document = app.test_client().get(DOCUMENT).json
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["security"], operation["operationId"]
            assert operation["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"}
    keyed = [
        path for path, item in document["paths"].items() if "Idempotency" in str(item.get("post", {}).get("parameters"))
    ]
    assert {"/api/v1/tickets", "/api/v1/conversation/handoff", "/api/v1/surveys/{id}/answer"} <= set(keyed)


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/swagger"])
def test_the_documentation_is_served_by_ourselves_without_inline_scripts(app: Flask, address: str) -> None:
    client = app.test_client()
    page = client.get(address)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert re.findall(r"https?://[^\s\"']+", page.text) == []
    assert re.findall(r"<script>|<style|\son\w+=", page.text) == []
    wanted = re.findall(r'(?:src|href|data-document)="([^"]+)"', page.text)
    assert DOCUMENT in wanted
    for file in wanted:
        with client.get(urljoin(address, file)) as answer:
            assert answer.status_code == 200, file


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_whatever_the_document_allows_is_answered_as_the_document_says(
    app: Flask, customer: Caller, who: str, request: pytest.FixtureRequest
) -> None:
    caller, number, keys = request.getfixturevalue(who), customer.complain()["number"], itertools.count()
    cookie = caller.client.get_cookie("kesu_staff")
    cookies = {"kesu_staff": cookie.value} if cookie else None
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app)
    calm = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    for found in schema.get_all_operations():
        operation = found.ok()

        @calm
        @given(case=operation.as_strategy(), real=st.booleans())
        def ask(case: schemathesis.Case, real: bool) -> None:
            if real and "number" in case.path_parameters:
                case.path_parameters["number"] = number
            case.headers.pop("Authorization", None)
            headers = caller.headers | {"Idempotency-Key": f"drawn-{next(keys)}"}
            case.call_and_validate(checks=CHECKS, headers=headers, cookies=cookies)

        ask()
