"""What the worker does for customers' records; ``ticketing.worker`` says how often."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from ticketing.care import judging, planning, sending
from ticketing.customers import importing
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.points import service as points

IMPORT_TURN = timedelta(seconds=1)
"""The worker's other tasks wait no longer than that for a file of customers."""


class CareTasks:
    """The worker's tasks for customers."""

    settings: Settings
    database: Database
    clock: Clock

    def take_in(self) -> int:
        """Check or take in files of customers for a moment; gives the number of steps."""
        ends, steps = self.clock.now() + IMPORT_TURN, 0
        while importing.advance(self.database, clock=self.clock):
            steps += 1
            if self.clock.now() >= ends:
                break
        return steps

    def judge(self) -> int:
        """Judge segment, stage and churn hint of some customers anew; gives how many were looked at."""
        return judging.advance(self.database, clock=self.clock, zone=self.settings.time_zone)

    def care(self) -> int:
        """Plan the care messages of today and tomorrow, send what is due; gives how many messages."""
        planned = planning.advance(self.database, clock=self.clock, zone=self.settings.time_zone)
        return planned + sending.send_due(self.database, clock=self.clock, settings=self.settings)

    def expire(self) -> int:
        """Take away points whose time is over; gives how many grants."""
        today = self.clock.now().astimezone(ZoneInfo(self.settings.time_zone)).date()
        return points.expire(self.database, clock=self.clock, today=today)
