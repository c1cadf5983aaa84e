"""Alembic's way in; the connection is always given by ticketing.run.migrate, in a transaction that it commits."""

from __future__ import annotations

from alembic import context

from ticketing.run import migrate

context.configure(connection=context.config.attributes["connection"], **migrate.COMPARISON)
with context.begin_transaction():
    context.run_migrations()
