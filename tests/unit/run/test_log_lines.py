"""Which log lines reach the console."""

from __future__ import annotations

import pytest

from ticketing.run.log_lines import WIDTH, worth_showing


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"level": "warning", "event": "bot.slow", "seconds": 3}', "warning: bot.slow seconds=3"),
        ('{"level": "error", "event": "http.unexpected", "request_id": "r1"}', "error: http.unexpected"),
        ('{"level": "info", "event": "http.request", "note": "ERROR"}', None),
        ("2026-11-23 10:00:00 ERROR    rasa.core.channels - An exception occurred", "error: rasa.core.channels - An exception occurred"),
        ("[2026-11-23 10:00:00,000: WARNING/MainProcess] No hostname", "warning: /MainProcess] No hostname"),
        ("[2026-11-23 10:00:00 +0800] [12] [CRITICAL] WORKER TIMEOUT (pid:13)", "critical: WORKER TIMEOUT (pid:13)"),
        ("x.py:3: DeprecationWarning: old", None),
        ("All models were loaded without errors", None),
        ("{not json", None),
        ("", None),
    ],
)  # fmt: skip
def test_warnings_and_worse_are_shown_and_nothing_else(line: str, shown: str | None) -> None:
    assert worth_showing(line) == shown


def test_a_traceback_in_a_log_line_stays_one_short_line() -> None:
    text = worth_showing('{"level": "error", "event": "http.unexpected", "exception": "Traceback\\n' + "x" * 500 + '"}')

    assert text is not None
    assert "\n" not in text
    assert len(text) == WIDTH
