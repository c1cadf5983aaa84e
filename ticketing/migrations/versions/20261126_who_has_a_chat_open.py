"""Who has a chat open by itself is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b41d6e90a7c8"
down_revision = "5a0c7be1f3d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_watch",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writing", sa.String(length=10), nullable=True),
        sa.Column("writing_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_chat_watch_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_chat_watch_staff_id_staff")),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", name=op.f("pk_chat_watch")),
    )
    with op.batch_alter_table("chat_watch", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_chat_watch_seen_at"), ["seen_at"])


def downgrade() -> None:
    op.drop_table("chat_watch")
