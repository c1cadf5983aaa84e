"""The plan of erasing names every table that knows a customer, and every column of them that can hold words."""

from __future__ import annotations

from sqlalchemy import JSON, LargeBinary, Table, Text

from ticketing import tables
from ticketing.platform.crypto import EncryptedText
from ticketing.privacy import erasure_plan as plan

THINGS = frozenset({"customer", "conversation", "ticket", "survey", "letter", "attachment", "data_export"})
NAMED = {**plan.DELETED, **plan.EMPTIED, **plan.RECORD, **plan.UNTOUCHED}


def known() -> dict[str, Table]:
    """The things of a customer and every table that points at one of them."""
    return {
        name: table
        for name, table in tables.metadata.tables.items()
        if name in THINGS or any(key.column.table.name in THINGS for key in table.foreign_keys)
    }


def test_every_table_that_knows_a_customer_is_named() -> None:
    assert set(known()) - set(NAMED) == set()
    assert set(NAMED) - set(known()) == set()


def test_every_column_that_can_hold_words_is_emptied_reworded_or_excused() -> None:
    forgotten = []
    for name, table in known().items():
        if name in plan.DELETED or name in plan.UNTOUCHED:
            continue
        emptied = set(plan.EMPTIED[name][1]) if name in plan.EMPTIED else set()
        reworded = set(plan.RECORD[name][1]) if name in plan.RECORD else set()
        for column in table.columns:
            wordy = isinstance(column.type, Text | JSON | LargeBinary | EncryptedText)
            if (
                wordy
                and column.name not in emptied | reworded
                and f"{name}.{column.name}" not in plan.UNTOUCHED_COLUMNS
            ):
                forgotten.append(f"{name}.{column.name}")
    assert forgotten == []


def test_all_that_names_a_customer_is_emptied() -> None:
    customer = tables.metadata.tables["customer"]
    stays = {"id", "language", "source", "created_at", "version", "judged_at", "merged_into_id", "erased_at"}
    assert {column.name for column in customer.columns} - stays == set(plan.EMPTIED["customer"][1])
