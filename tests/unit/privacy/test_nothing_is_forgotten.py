"""Whatever table is added for customers comes along in a copy of their data, or says why it does not."""

from __future__ import annotations

from ticketing import tables
from ticketing.privacy import gathering


def test_no_table_of_customers_is_forgotten() -> None:
    theirs = {
        table.name
        for table in tables.metadata.tables.values()
        if any(key.column.table.name == "customer" for key in table.foreign_keys)
    }
    found = {mapper.local_table.description for mapper in gathering.Base.registry.mappers}
    named = {each for each in theirs if "customer_id" in tables.metadata.tables[each].columns}
    assert theirs - named - {"customer"} == set()
    assert named <= found
    assert gathering.LEFT_OUT.keys() <= theirs
