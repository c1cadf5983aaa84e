"""Keeps Rasa and TensorFlow quiet in programs of ours: no telemetry, no customer text in logs, no warnings of theirs."""

import logging
import os
import warnings

ONE_THREAD = "1"
"""Threads that embed a sentence, read once when OpenMP is loaded: two wait for each other busily, and beside other work a
sentence takes ten times as long."""


def keep_quiet(level: int = logging.WARNING) -> None:
    """Call before Rasa is imported."""
    # Rasa draws its progress bars unless this variable says that it is to be quiet.
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", LOG_LEVEL=logging.getLevelName(level))
    os.environ.setdefault("OMP_NUM_THREADS", ONE_THREAD)
    # Not by a filter: packages put filters of their own in front when they are imported.
    warnings.showwarning = lambda *_warning, **_place: None
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(level)
    logging.getLogger("rasa").setLevel(level)
