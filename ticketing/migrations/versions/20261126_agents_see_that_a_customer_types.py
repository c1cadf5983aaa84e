"""Agents see that a customer types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c70a2f5e91bd"
down_revision = "b41d6e90a7c8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("customer_typing_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("customer_typing_until")
