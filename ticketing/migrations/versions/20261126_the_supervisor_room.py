"""The supervisor room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8c0dc2b11ece"
down_revision = "2726f88a33ca"
branch_labels = None
depends_on = None
_OWED = sa.text(
    "(verdict IN ('running', 'paused') OR (verdict = 'breached' AND stopped_at IS NULL AND ended_at IS NULL))"
)


def upgrade() -> None:
    op.create_table(
        "ticket_tally",
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour_at", "kind", "category", "product", "channel", name=op.f("pk_ticket_tally")),
    )
    op.create_table(
        "ticket_tally_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted_to", sa.Integer(), nullable=False),
        sa.Column("seen_to", sa.Integer(), nullable=False),
        sa.Column("seen_xid", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_tally_mark")),
    )
    op.create_table(
        "board_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("wanted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_board_export_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_export")),
    )
    with op.batch_alter_table("board_export", schema=None) as batch_op:
        batch_op.create_index("ix_board_export_staff", ["staff_id", "id"], unique=False)
        batch_op.create_index(
            "ix_board_export_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "board_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_board_view_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_view")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_board_view_staff_id_name")),
    )
    op.create_table(
        "volume_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("usual_low", sa.Double(), nullable=False),
        sa.Column("usual_high", sa.Double(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("calm_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["staff.id"], name=op.f("fk_volume_alert_acknowledged_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume_alert")),
        sa.UniqueConstraint(
            "measure", "dimension", "code", "began_at", name=op.f("uq_volume_alert_measure_dimension_code_began_at")
        ),
    )
    with op.batch_alter_table("volume_alert", schema=None) as batch_op:
        batch_op.create_index("ix_volume_alert_began_at", ["began_at"], unique=False)
        batch_op.create_index(
            "uq_volume_alert_standing",
            ["measure", "dimension", "code"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    with op.batch_alter_table("clock_verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_verdict_breached_at"))
        batch_op.create_index("ix_clock_verdict_breached_at", ["breached_at", "ticket_id"], unique=False)
        batch_op.drop_index(
            batch_op.f("ix_clock_verdict_owed"),
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        )
        batch_op.create_index(
            "ix_clock_verdict_owed",
            ["target_at", "ticket_id", "verdict"],
            unique=False,
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        )

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_created_at", ["created_at"], unique=False)

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_sent_at"), ["sent_at"], unique=False)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_closed_at"))
        batch_op.create_index("ix_ticket_closed_at", ["closed_at", "status"], unique=False)
        batch_op.create_index("ix_ticket_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_ticket_open_places",
            ["id", "team_id", "category", "contact_channel", "status", "owner_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("status NOT IN ('closed', 'withdrawn', 'merged')"),
            postgresql_where=sa.text("status NOT IN ('closed', 'withdrawn', 'merged')"),
        )
        batch_op.create_index(
            "ix_ticket_repeat",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
            postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ticket_repeat",
            sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
            postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_ticket_open_places",
            sqlite_where=sa.text("status NOT IN ('closed', 'withdrawn', 'merged')"),
            postgresql_where=sa.text("status NOT IN ('closed', 'withdrawn', 'merged')"),
        )
        batch_op.drop_index("ix_ticket_created_at")
        batch_op.drop_index("ix_ticket_closed_at")
        batch_op.create_index(batch_op.f("ix_ticket_closed_at"), ["closed_at"], unique=False)

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_sent_at"))

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_created_at")

    with op.batch_alter_table("clock_verdict", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_verdict_owed",
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        )
        batch_op.create_index(
            batch_op.f("ix_clock_verdict_owed"),
            ["target_at"],
            unique=False,
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        )
        batch_op.drop_index("ix_clock_verdict_breached_at")
        batch_op.create_index(batch_op.f("ix_clock_verdict_breached_at"), ["breached_at"], unique=False)

    with op.batch_alter_table("volume_alert", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_volume_alert_standing",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_volume_alert_began_at")

    op.drop_table("volume_alert")
    op.drop_table("board_view")
    with op.batch_alter_table("board_export", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_board_export_waiting",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index("ix_board_export_staff")

    op.drop_table("board_export")
    op.drop_table("ticket_tally_mark")
    op.drop_table("ticket_tally")
