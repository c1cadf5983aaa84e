"""Keeps Rasa and TensorFlow quiet in programs of ours: no telemetry, no customer text in logs, no warnings of theirs."""

import logging
import os
import warnings

ONE_THREAD = "1"
"""Threads that embed a sentence, read once when OpenMP is loaded: two wait for each other busily, and beside other work a
sentence takes ten times as long."""


def keep_quiet(level: int = logging.WARNING) -> None:
    """Call before Rasa is imported."""
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", TQDM_DISABLE="1")
    os.environ.setdefault("OMP_NUM_THREADS", ONE_THREAD)
    warnings.filterwarnings("ignore")
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(level)
    logging.getLogger("rasa").setLevel(level)
