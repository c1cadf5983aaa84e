"""Agents can take back a chat reply."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e5b08d41c3f2"
down_revision = "c70a2f5e91bd"
branch_labels = None
depends_on = None

WAITING = sa.text("taken_back_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "held_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_held_reply_conversation_id_conversation"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_held_reply_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_held_reply"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_held_reply_conversation_id_client_id"),
    )
    with op.batch_alter_table("held_reply", schema=None) as batch_op:
        batch_op.create_index(
            "uq_held_reply_waiting", ["conversation_id"], unique=True, sqlite_where=WAITING, postgresql_where=WAITING
        )
        batch_op.create_index(
            "ix_held_reply_due", ["send_at"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
        )


def downgrade() -> None:
    op.drop_table("held_reply")
