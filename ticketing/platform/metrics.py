"""The process's Prometheus metrics; docs/operations.md lists them and a test keeps the list whole."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURN_SECONDS = Histogram(
    "kesu_turn_seconds", "Time from storing a customer's message to storing the reply", ["outcome"]
)
REQUEST_SECONDS = Histogram("kesu_request_seconds", "Time of an HTTP request", ["route", "method", "status"])
TICKETS_OPENED = Counter("kesu_tickets_opened_total", "Tickets opened", ["kind", "category"])
DEADLINES_FIRED = Counter("kesu_deadlines_fired_total", "Deadline levels fired", ["clock", "kind"])
DEADLINE_LATENESS_SECONDS = Histogram(
    "kesu_deadline_lateness_seconds", "Time between a level's due instant and its firing"
)
SWEEP_LAST_SUCCESS = Gauge("kesu_sweep_last_success_timestamp_seconds", "When the deadline sweep last finished")
OUTBOX_DELIVERED = Counter("kesu_outbox_total", "Outbox messages by outcome", ["channel", "status"])
OPEN_STREAMS = Gauge("kesu_open_streams", "Event streams held open by widgets")
