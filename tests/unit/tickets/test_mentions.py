"""Who is meant by an @ in a note."""

from __future__ import annotations

import pytest

from ticketing.staff.models import Staff
from ticketing.tickets.mentions import mentioned

STAFF = [
    Staff(login="lin.yue", name="林悦"),
    Staff(login="lin.yueming", name="林悦明"),
    Staff(login="emma.wright", name="Emma Wright"),
    Staff(login="ann", name="Ann"),
    Staff(login="li.na", name="李娜"),
    Staff(login="li.na2", name="李娜"),
]


@pytest.mark.parametrize(
    ("text", "logins"),
    [
        ("@林悦 请看", ["lin.yue"]),
        ("＠林悦明请看", ["lin.yueming"]),
        ("请@emma wright和@林悦看一下，@林悦", ["emma.wright", "lin.yue"]),
        ("@Anna", []),
        ("@ann, @ann", ["ann"]),
        ("写信到 service@ann.example", []),
        ("@李娜", []),
        ("@li.na2 和 @li.na", ["li.na2", "li.na"]),
        ("没有提到谁", []),
    ],
)
def test_the_longest_name_that_stands_there_is_meant(text: str, logins: list[str]) -> None:
    assert [member.login for member in mentioned(text, STAFF)] == logins
