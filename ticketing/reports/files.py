"""Tables as files: CSV, XLSX and PDF. Row by row, so that a large one does not lie in memory (but for PDF).

What customers wrote may begin like a formula; a spreadsheet must not run it. In CSV such a cell gets an apostrophe in
front, in XLSX every text is written as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import xlsxwriter

from ticketing.tickets import letter_pdf

Cell = str | int | float | date | datetime | None
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, the full-width signs of Chinese keyboards with them."""
PDF_ROWS = 2_000
BYTE_ORDER_MARK = "\ufeff"
_STYLE = Path(__file__).with_name("table.css")


@dataclass(frozen=True)
class Table:
    """What goes into a file. ``about`` are lines that say what it is and of when; ``stem`` begins the file's name."""

    stem: str
    title: str
    about: Sequence[str]
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write(table: Table, form: str, out: BinaryIO, *, zone: ZoneInfo, language: str) -> None:
    """Write the file; instants are of ``zone``'s clock. Raises ``letter_pdf.PdfUnavailable`` for PDF without Pango."""
    if form == "csv":
        _csv(table, out, zone)
    elif form == "xlsx":
        _xlsx(table, out, zone)
    else:
        out.write(_pdf(table, zone, language))


def harmless(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    return "'" + text if text.lstrip(" ").startswith(RISKY) else text


def _csv(table: Table, out: BinaryIO, zone: ZoneInfo) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else _plain(cell, zone) for cell in row])
    text.flush()
    text.detach()


def _xlsx(table: Table, out: BinaryIO, zone: ZoneInfo) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": table.title, "comments": "\n".join(table.about)})
        sheet = book.add_worksheet()
        head, moment, day = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        sheet.set_column(0, max(len(table.columns) - 1, 0), 18)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column, head)
        for number, row in enumerate(table.rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(number, place, cell.astimezone(zone).replace(tzinfo=None), moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif cell is not None:
                    sheet.write_number(number, place, cell)


def _pdf(table: Table, zone: ZoneInfo, language: str) -> bytes:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(str(_plain(cell, zone)))}</td>' for cell in row)}</tr>" for row in table.rows
    )
    about = "".join(f"<p>{escape(line)}</p>" for line in table.about)
    style = _STYLE.read_text(encoding="utf-8")
    article = f"<style>{style}</style><h1>{escape(table.title)}</h1>{about}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return letter_pdf.press(article, language=language, title=escape(table.title), number=table.stem)


def _plain(cell: Cell, zone: ZoneInfo) -> str | int | float:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell
