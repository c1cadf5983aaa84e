"""JSON routes with which the company's systems keep customers up to date.

Saying the same twice changes nothing, so neither route needs an Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response, jsonify, make_response
from flask_openapi import APIBlueprint, Tag
from sqlalchemy import select

from ticketing.customers import consents, upserting
from ticketing.customers.fields import FIELDS, NotAValue
from ticketing.customers.keys import CUSTOMERS_WRITE
from ticketing.customers.models import Customer
from ticketing.customers.schemas import (
    BatchIn,
    BatchOut,
    CustomerIn,
    CustomerOut,
    CustomerPath,
    FieldProblem,
)
from ticketing.customers.upserting import Sayings
from ticketing.platform.access import callers
from ticketing.platform.errors import DomainError
from ticketing.platform.http import expected_version, reader_language, runtime, session, versioned
from ticketing.platform.identity import current_actor

tag = Tag(name="customers", description="Customers as the company's systems know them")
api = APIBlueprint("customers_api", __name__, url_prefix="/api/v1/customers", abp_tags=[tag])


@api.put("/<external_id>", responses={200: CustomerOut, 201: CustomerOut})
@callers(scope=CUSTOMERS_WRITE)
@versioned
def put(path: CustomerPath, body: CustomerIn) -> Response:
    """Say what is known of one customer, made if new. If-Match guards against a change by someone else meanwhile."""
    refuse_if_newer(path.external_id)
    values, problems = read(body.said())
    if problems:
        raise DomainError(
            "input_invalid", fields=[each.model_dump() for each in problems], field_names=", ".join(each.field for each in problems)
        )  # fmt: skip
    done = take_in([(path.external_id, values, body.agreed())])[0]
    response = make_response(jsonify(done.model_dump(mode="json")), 201 if done.outcome == "new" else 200)
    response.headers["ETag"] = f'"{done.version}"'
    return response


@api.post("/batch", responses={200: BatchOut})
@callers(scope=CUSTOMERS_WRITE)
def batch(body: BatchIn) -> Response:
    """Say what is known of many customers at once; each has its own outcome."""
    good: list[tuple[str, dict[str, str | None], dict[str, bool]]] = []
    refused: dict[int, CustomerOut] = {}
    seen: dict[str, int] = {}
    for at, item in enumerate(body.customers):
        values, problems = read(item.said())
        if item.external_id in seen:
            problems.append(problem("external_id", "twice", {"line": seen[item.external_id] + 1}))
        seen.setdefault(item.external_id, at)
        if problems:
            refused[at] = CustomerOut(external_id=item.external_id, outcome="refused", problems=problems)
        else:
            good.append((item.external_id, values, item.agreed()))
    taken = iter(take_in(good))
    results = [refused[at] if at in refused else next(taken) for at in range(len(body.customers))]
    return jsonify(BatchOut(results=results).model_dump(mode="json"))


def read(said: Mapping[str, str | None]) -> tuple[dict[str, str | None], list[FieldProblem]]:
    """The fields as canonical text, and what is wrong with them."""
    today, values, problems = runtime().clock.now().date(), dict[str, str | None](), list[FieldProblem]()
    for name, text in said.items():
        try:
            values[name] = None if text is None else _read(name, text, today)
        except NotAValue as error:
            problems.append(problem(name, error.code, error.values))
    return values, problems


def problem(field: str, code: str, values: Mapping[str, object]) -> FieldProblem:
    """What is wrong with a field, as a file's report says it too."""
    return FieldProblem(
        field=field, code=code, detail=DomainError(f"customer_value_{code}", **values).text(reader_language())
    )


def take_in(good: Sequence[tuple[str, Mapping[str, str | None], Mapping[str, bool]]]) -> list[CustomerOut]:
    """Take the customers in, in one transaction, and tell what became of each."""
    actor, clock = current_actor(), runtime().clock
    done = upserting.upsert(
        session(),
        clock=clock,
        actor=actor,
        source="api",
        sayings=[Sayings(number, values) for number, values, _ in good],
    )
    said = {done[number][0].id: agreed for number, _, agreed in good if agreed}
    consents.record_many(session(), clock=clock, actor=actor, how="api", said=said)
    return [
        CustomerOut(external_id=number, outcome=done[number][1], version=done[number][0].version)
        for number, _, _ in good
    ]


def refuse_if_newer(external_id: str) -> None:
    """Raise ``version_conflict`` when If-Match names another version than the customer has; the row stays locked."""
    expected = expected_version()
    if expected is None:
        return
    held = session().scalar(select(Customer.version).where(Customer.external_id == external_id).with_for_update())
    if held != expected:
        raise DomainError("version_conflict")


def _read(name: str, text: str, today: date) -> str:
    if not text.isprintable():
        raise NotAValue("too_long", most=300)
    return FIELDS[name].read(text, today)
