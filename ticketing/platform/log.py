"""JSON log lines with a request id and without personal data."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO, cast

import structlog

PERSONAL = frozenset(
    {
        "text",
        "description",
        "phone",
        "email",
        "contact",
        "name",
        "display_name",
        "token",
        "password",
        "q",
        "query",
        "wish",
        "comment",
    }
)

_QUOTED = re.compile(
    r"(?<=DETAIL:  ).*?(?=\n\[SQL: |\n\nThe above|\n\nDuring handling|\nTraceback|\Z)|(?<=input_value=).*?(?=, input_type=)",
    re.DOTALL,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger("kesu")


class _CurrentStderr:
    """Whatever stderr is when the line is written: loggers are kept, while servers and tests exchange the stream."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR = cast(TextIO, _CurrentStderr())
_libraries = logging.StreamHandler(_STDERR)


def configure(level: str) -> None:
    """Send every log line of this process to stderr as JSON; of libraries the warnings and errors."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal_data,
        structlog.processors.format_exc_info,
        _without_values,
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(_STDERR),
        cache_logger_on_first_use=True,
    )
    final: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, line]
    _libraries.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    _libraries.setLevel(logging.WARNING)
    logging.getLogger().addHandler(_libraries)


def _without_personal_data(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in PERSONAL & event.keys():
        event[key] = "[personal]"
    return event


def _without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take out of a traceback what drivers and validators repeat of the row or the body they refused."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _QUOTED.sub("[personal]", event["exception"])
    return event
