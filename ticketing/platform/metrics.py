"""The process's Prometheus metrics; docs/operations.md lists them and a test keeps the list whole."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURN_SECONDS = Histogram(
    "kesu_turn_seconds", "Time from storing a customer's message to storing the reply", ["outcome"]
)
HANDOVERS = Counter("kesu_handovers_total", "Rounds with people that ended, by how they ended", ["outcome"])
QUEUE_WAIT_SECONDS = Histogram(
    "kesu_queue_wait_seconds",
    "From asking for a person to being taken over",
    buckets=(5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600),
)
REQUEST_SECONDS = Histogram("kesu_request_seconds", "Time of an HTTP request", ["route", "method", "status"])
TICKETS_OPENED = Counter("kesu_tickets_opened_total", "Tickets opened", ["kind", "category"])
ASSIGNMENTS = Counter("kesu_assignments_total", "Tickets given to a person by the assignment rule", ["outcome"])
UNASSIGNABLE = Counter("kesu_unassignable_total", "Tickets for which nobody could be found, by reason", ["reason"])
DEADLINES_FIRED = Counter("kesu_deadlines_fired_total", "Deadline levels fired", ["clock", "kind"])
DEADLINE_LATENESS_SECONDS = Histogram(
    "kesu_deadline_lateness_seconds", "Time between a level's due instant and its firing"
)
SWEEP_LAST_SUCCESS = Gauge("kesu_sweep_last_success_timestamp_seconds", "When the deadline sweep last finished")
AUDIT_LAST_SUCCESS = Gauge("kesu_audit_last_success_timestamp_seconds", "When the promise auditor last finished")
AUDIT_FINDINGS = Gauge(
    "kesu_audit_findings", "Rows that disagreed with their log in the auditor's last run", ["problem"]
)
STATEMENT_LAST_DAY = Gauge("kesu_statement_last_day_timestamp_seconds", "End of the last day with a daily statement")
STATEMENTS_UNSOUND = Gauge("kesu_statements_unsound", "Daily statements that differ when recomputed")
OUTBOX_DELIVERED = Counter("kesu_outbox_total", "Outbox messages by outcome", ["channel", "status"])
CALENDAR_YEARS_MISSING = Gauge(
    "kesu_calendar_years_missing", "Calendars and years near whose public holidays are not there"
)
OPEN_STREAMS = Gauge("kesu_open_streams", "Event streams held open by widgets")
NOTICES = Counter("kesu_notices_total", "Notices to staff, or to nobody where there was no one to tell", ["code", "to"])
