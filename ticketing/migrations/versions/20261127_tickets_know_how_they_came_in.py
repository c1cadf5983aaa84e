"""Tickets know how they came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f7c1d92ab604"
down_revision = "e5b08d41c3f2"
branch_labels = None
depends_on = None

OPEN = sa.text("status NOT IN ('closed', 'withdrawn', 'merged')")

# Nothing was kept of it. Whoever came through the form had said nothing in the chat by then; the assistant needs words.
BY_FORM = """
    UPDATE ticket SET came_by = 'form'
    WHERE conversation_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM message
        WHERE message.conversation_id = ticket.conversation_id
          AND message.author = 'customer' AND message.created_at <= ticket.created_at
    )
"""


def upgrade() -> None:
    op.add_column("ticket", sa.Column("came_by", sa.String(length=10), server_default="chat", nullable=False))
    op.execute(BY_FORM)
    _count_open_places_by("came_by")


def downgrade() -> None:
    _count_open_places_by("contact_channel")
    op.drop_column("ticket", "came_by")


def _count_open_places_by(column: str) -> None:
    """The board counts by it: in the index of what is open, and in the tally, which the worker makes anew."""
    op.drop_index("ix_ticket_open_places", table_name="ticket")
    columns = ["id", "team_id", "category", column, "status", "owner_id", "created_at"]
    op.create_index("ix_ticket_open_places", "ticket", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    op.execute("DELETE FROM ticket_tally")
    op.execute("DELETE FROM ticket_tally_mark")
