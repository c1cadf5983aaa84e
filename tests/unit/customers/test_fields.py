"""How values are read, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from ticketing.customers import csv_files
from ticketing.customers.csv_files import Unreadable
from ticketing.customers.fields import FIELDS, NotAValue

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("phone", "138 0013 8000", "13800138000"),
        ("phone", "+65 6123 4567", "+6561234567"),
        ("birthday", "1988年5月12日", "1988-05-12"),
        ("birthday", "1988/5/12", "1988-05-12"),
        ("holdings", "12,000.5", "12000.50"),
        ("tier", "GOLD", "gold"),
        ("deceased", "是", "true"),
        ("trades_90d", "007", "7"),
    ],
)
def test_people_write_the_same_thing_in_many_ways(name: str, text: str, read: str) -> None:
    assert FIELDS[name].read(text, TODAY) == read


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("phone", "12", "phone"),
        ("email", "wang@", "email"),
        ("birthday", "2026-02-30", "date"),
        ("birthday", "2030-01-01", "date_range"),
        ("holdings", "-5", "money"),
        ("holdings", "1e5", "money"),
        ("trades_90d", "3.5", "count"),
        ("tier", "platinum", "choice"),
        ("time_zone", "Beijing", "zone"),
        ("deceased", "maybe", "flag"),
    ],
)
def test_what_is_no_value_says_why(name: str, text: str, code: str) -> None:
    with pytest.raises(NotAValue) as refused:
        FIELDS[name].read(text, TODAY)
    assert refused.value.code == code


TABLE = "客户编号,姓名,等级,同意关怀\nC-1,王建国,金卡,是\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_table_reads_the_same_in_every_encoding(encoding: str, ends: str) -> None:
    table = csv_files.read(TABLE.replace("\n", ends).encode(encoding))
    said, agreed, problems = csv_files.checked(table.lines[0][1], TODAY)
    assert (table.lines[0][0], said, agreed, problems) == (2, {"name": "王建国", "tier": "gold"}, {"care": True}, [])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe\x00", "encoding"),
        (b"", "no_id"),
        ("姓名\n王\n".encode(), "no_id"),
        ("客户编号\n".encode(), "empty"),
        ("客户编号,生肖\nC-1,龙\n".encode(), "columns"),
        ("客户编号,姓名,name\nC-1,王,王\n".encode(), "columns_twice"),
        (b'external_id,name\nC-1,"open\n', "quotes"),
    ],
)
def test_a_file_that_is_no_table_of_customers_says_what_is_wrong(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        csv_files.read(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"name": "王"}, "external_id", "id_missing"),
        ({"external_id": "C-1", "name": "=HYPERLINK(1)"}, "name", "formula"),
        ({"external_id": "=1+1"}, "external_id", "formula"),
        ({"external_id": "C-1", "name": "王" * 301}, "name", "too_long"),
        ({"external_id": "C-1", "more_cells": "more"}, "more_cells", "surplus"),
    ],
)
def test_a_line_names_the_column_and_what_is_wrong(cells: dict[str, str], field: str, code: str) -> None:
    problems = csv_files.checked(cells, TODAY)[2]
    assert [(each.field, each.code) for each in problems] == [(field, code)]


def test_a_phone_number_may_begin_with_a_plus() -> None:
    assert csv_files.checked({"external_id": "C-1", "phone": "+8613800138000"}, TODAY)[2] == []


def test_the_template_can_be_taken_in_as_it_is() -> None:
    table = csv_files.read(csv_files.template().encode())
    assert [csv_files.checked(cells, TODAY)[2] for _line, cells in table.lines] == [[], []]
