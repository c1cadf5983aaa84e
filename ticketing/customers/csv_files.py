"""A table of customers as people export it: UTF-8 or GB18030, commas, semicolons or tabs, Chinese or English headings. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ticketing.customers.consents import PURPOSES
from ticketing.customers.fields import FIELDS, NotAValue

MOST_LINES = 100_000
MOST_CELL = 300
ID = "external_id"
SURPLUS = "more_cells"
"""Stands for what a line has beyond its columns: most often a comma that should be in quotes."""
CONSENTS = tuple(f"consent_{purpose}" for purpose in PURPOSES)
HEADINGS: Mapping[str, str] = {
    "客户编号": ID, "姓名": "name", "手机号": "phone", "邮箱": "email", "生日": "birthday", "地区": "region", "语言": "language",
    "时区": "time_zone", "客户类型": "kind", "等级": "tier", "风险等级": "risk_level", "注册日期": "registered_on",
    "实名日期": "verified_on", "销户申请日期": "leaving_on", "已故": "deceased", "近90天交易次数": "trades_90d",
    "最近交易日期": "last_trade_on", "持有金额": "holdings", "同意服务": "consent_service", "同意关怀": "consent_care",
    "同意营销": "consent_marketing", "同意回访": "consent_survey",
}  # fmt: skip
"""Chinese headings; the English ones are the names themselves."""
COLUMNS = (ID, *FIELDS, *CONSENTS)
WORDS: Mapping[str, str] = {
    "个人": "personal", "企业": "business", "商户": "business", "普通": "standard", "银卡": "silver", "金卡": "gold", "私享": "private",
    "低": "low", "中": "medium", "高": "high", "中文": "zh", "英文": "en",
}  # fmt: skip
"""Chinese words for codes, as tables carry them."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell beginning with one of these is a formula to spreadsheets (OWASP, CSV injection)."""


class Unreadable(ValueError):
    """The file is no table of customers; ``code`` says why, ``values`` fill its words."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Table:
    """The lines of a file: number in the file (the heading is 1) and cells by column; an empty cell says nothing."""

    encoding: str
    lines: tuple[tuple[int, Mapping[str, str]], ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong at a column: ``code`` is a key of the pages' texts, which say how to mend it."""

    field: str
    code: str
    values: Mapping[str, object]


def read(raw: bytes) -> Table:
    """The table of a file; raises Unreadable."""
    text, encoding = _decoded(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = _columns(next(rows, []))
        lines = tuple(_lines(rows, columns))
    except csv.Error as error:
        raise Unreadable("quotes") from error
    if not lines:
        raise Unreadable("empty")
    return Table(encoding, lines)


def checked(cells: Mapping[str, str], today: date) -> tuple[dict[str, str], dict[str, bool], list[Problem]]:
    """A line's fields as canonical text, its consents, and what is wrong with it."""
    said: dict[str, str] = {}
    agreed: dict[str, bool] = {}
    problems: list[Problem] = []
    number = cells.get(ID, "")
    if not number:
        problems.append(Problem(ID, "id_missing", {}))
    elif len(number) > 100 or not number.isprintable():
        problems.append(Problem(ID, "too_long", {"most": 100}))
    for name, text in cells.items():
        try:
            if name == SURPLUS:
                raise NotAValue("surplus")
            if len(text) > MOST_CELL:
                raise NotAValue("too_long", most=MOST_CELL)
            if _is_formula(name, text):
                raise NotAValue("formula", sign=text[:1].strip() or "TAB")
            if name in FIELDS:
                said[name] = FIELDS[name].read(WORDS.get(text, text), today)
            elif name in CONSENTS:
                agreed[name.removeprefix("consent_")] = FIELDS["deceased"].read(text, today) == "true"
        except NotAValue as error:
            problems.append(Problem(name, error.code, error.values))
    return said, agreed, problems


def template() -> str:
    """A file to begin with: the headings and two invented customers."""
    out = io.StringIO()
    out.write("\ufeff")
    names = {name: heading for heading, name in HEADINGS.items()}
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([names[name] for name in COLUMNS])
    example = {
        ID: "C-10001", "name": "王小明", "phone": "13800138000", "email": "wang@example.com", "birthday": "1988-05-12",
        "region": "浙江杭州", "language": "中文", "time_zone": "Asia/Shanghai", "kind": "个人", "tier": "金卡", "risk_level": "中",
        "registered_on": "2023-03-01", "verified_on": "2023-03-02", "trades_90d": "6", "last_trade_on": "2026-11-02",
        "holdings": "50000.00", "consent_care": "是", "consent_survey": "是",
    }  # fmt: skip
    writer.writerow([example.get(name, "") for name in COLUMNS])
    writer.writerow([{ID: "C-10002", "name": "杭州某某商贸有限公司", "kind": "企业"}.get(name, "") for name in COLUMNS])
    return out.getvalue()


def _is_formula(name: str, text: str) -> bool:
    """A phone number may begin with a plus, and an amount with nothing that it has to fear."""
    return text.startswith(_FORMULA) and not (name == "phone" and text.startswith("+"))


def _decoded(raw: bytes) -> tuple[str, str]:
    if b"\x00" in raw:
        raise Unreadable("encoding")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n"), "UTF-8" if encoding == "utf-8-sig" else "GB18030"
    raise Unreadable("encoding")


def _columns(heading: list[str]) -> list[str]:
    names = [HEADINGS.get(cell.strip(), cell.strip().lower()) for cell in heading]
    if ID not in names:
        raise Unreadable("no_id")
    if unknown := [cell.strip() or "—" for cell, name in zip(heading, names, strict=True) if name not in COLUMNS]:
        raise Unreadable("columns", names=", ".join(unknown[:5])[:200])
    if len(set(names)) < len(names):
        raise Unreadable("columns_twice")
    return names


def _lines(rows: Iterator[list[str]], columns: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    read_lines = 0
    # A quoted cell may go over several lines; what counts for people is the row in their spreadsheet.
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        read_lines += 1
        if read_lines > MOST_LINES:
            raise Unreadable("too_many", most=MOST_LINES)
        if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
            yield number, {ID: row[columns.index(ID)].strip(), SURPLUS: "more"}
            continue
        yield number, {name: cell.strip() for name, cell in zip(columns, row, strict=False) if cell.strip()}
