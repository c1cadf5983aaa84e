"""What the gateway keeps for the life of its process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from ticketing.conversations.runner import TurnRunner
from web.gateway.limits import Limits
from web.gateway.stream import Streams
from web.gateway.watcher import Watcher


@dataclass(frozen=True)
class Gateway:
    """The running parts."""

    runner: TurnRunner
    streams: Streams
    watcher: Watcher
    limits: Limits

    def close(self) -> None:
        """Stop the threads; for tests and for ends in good order."""
        self.watcher.stop()
        self.streams.stop()
        self.runner.close()


def gateway() -> Gateway:
    """The current app's gateway."""
    return cast(Gateway, current_app.extensions["kesu_gateway"])
