"""Amounts and times: whether the sum meant, its currency and the moment meant are read out of a customer's story.

Rows: `{"language", "text", "amount", "currency", "when"}`, each possibly null. Read is what the running assistant hands the
complaint form: the first `amount` and the first `date` named. The customers speak at `NOW`.
"""

from typing import Any

FIELD = "amount"
NOW = {"now": "2026-11-26T10:00:00+08:00", "time_zone": "Asia/Shanghai"}
FIELDS = ("amount", "currency", "when")


def report(rows: list[dict[str, Any]], parsed: list[dict[str, Any]], *, wrong: bool) -> None:
    """Prints the share right of each field, with the faults by sort, and of all three together as the last line."""
    given = [read(verdict) for verdict in parsed]
    for field in FIELDS:
        pairs = [(row[field], values[field]) for row, values in zip(rows, given, strict=True)]
        right = sum(expected == value for expected, value in pairs)
        missed = sum(value is None and expected is not None for expected, value in pairs)
        invented = sum(expected is None and value is not None for expected, value in pairs)
        other = len(pairs) - right - missed - invented
        faults = f"missed {missed}, invented {invented}, another {other}"
        print(f"{field:<9} {right / max(len(pairs), 1):.3f} ({right}/{len(pairs)})   {faults}")
    whole = 0
    for row, values in zip(rows, given, strict=True):
        fits = all(row[field] == values[field] for field in FIELDS)
        whole += fits
        if wrong and not fits:
            print(f"  {[values[field] for field in FIELDS]} read from: {row['text']}")
    print(f"all three {whole / max(len(rows), 1):.3f} ({whole}/{len(rows)})")


def read(verdict: dict[str, Any]) -> dict[str, str | None]:
    """What a parsed message gives for each field."""
    amount = next((e for e in verdict["entities"] if e["entity"] == "amount"), {})
    when = next((e for e in verdict["entities"] if e["entity"] == "date"), {})
    return {"amount": amount.get("value"), "currency": amount.get("currency"), "when": when.get("value")}
