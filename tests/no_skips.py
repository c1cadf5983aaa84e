"""With KESU_TEST_NO_SKIP=1 a skipped test fails the run: CI has everything, so nothing may go untested there.

Loaded by `make test` in both environments (`-p no_skips`).
"""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with skips into a red one."""
    if _skipped(session.config) and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name every test that was skipped, with its reason."""
    skipped = _skipped(config)
    if not skipped:
        return
    terminalreporter.section("skipped, and no skip is allowed here", red=True)
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("KESU_TEST_NO_SKIP") != "1":
        return []
    # Expected failures are counted apart; a skip inside one is still a skip.
    return list(reporter.stats.get("skipped", []))
