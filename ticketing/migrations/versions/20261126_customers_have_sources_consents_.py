"""Customers have sources, consents, segments, care and points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "633d82db943f"
down_revision = "c5b8066a3bc9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_round")),
        sa.UniqueConstraint("name", "on", name=op.f("uq_customer_round_name_on")),
    )
    op.create_table(
        "customer_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("match", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_segment")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_segment_code")),
    )
    op.create_table(
        "customer_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_change_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_change")),
    )
    with op.batch_alter_table("customer_change", schema=None) as batch_op:
        batch_op.create_index("ix_customer_change_customer", ["customer_id", "id"], unique=False)

    op.create_table(
        "customer_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_consent_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_consent")),
    )
    with op.batch_alter_table("customer_consent", schema=None) as batch_op:
        batch_op.create_index("ix_customer_consent_purpose", ["customer_id", "purpose", "id"], unique=False)

    op.create_table(
        "customer_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_stage_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_stage")),
    )
    with op.batch_alter_table("customer_stage", schema=None) as batch_op:
        batch_op.create_index("ix_customer_stage_customer", ["customer_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_stage_since"), ["since"], unique=False)

    op.create_table(
        "customer_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_statement_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_statement")),
        sa.UniqueConstraint("customer_id", "source", name=op.f("uq_customer_statement_customer_id_source")),
    )
    op.create_table(
        "care_occasion",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_care_occasion_changed_by_staff")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_care_occasion")),
    )
    op.create_table(
        "customer_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done_lines", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_customer_import_uploaded_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_import")),
    )
    with op.batch_alter_table("customer_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_import_state"), ["state"], unique=False)

    op.create_table(
        "integration_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_integration_key_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_integration_key_token_hash")),
    )
    op.create_table(
        "customer_import_chunk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["customer_import.id"], name=op.f("fk_customer_import_chunk_import_id_customer_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_import_chunk")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_customer_import_chunk_import_id_number")),
    )
    op.create_table(
        "customer_import_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["customer_import.id"], name=op.f("fk_customer_import_problem_import_id_customer_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_import_problem")),
    )
    with op.batch_alter_table("customer_import_problem", schema=None) as batch_op:
        batch_op.create_index("ix_customer_import_problem_line", ["import_id", "line"], unique=False)

    op.create_table(
        "care_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_care_message_customer_id_customer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_care_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_message")),
        sa.UniqueConstraint("customer_id", "occasion", "on", name=op.f("uq_care_message_customer_id_occasion_on")),
    )
    with op.batch_alter_table("care_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_care_message_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index("ix_care_message_occasion", ["occasion", "state", "on"], unique=False)

    op.create_table(
        "point_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount <> 0 OR kind = 'expiry'", name=op.f("ck_point_entry_amount")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_point_entry_balance")),
        sa.ForeignKeyConstraint(["about_id"], ["point_entry.id"], name=op.f("fk_point_entry_about_id_point_entry")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_point_entry_customer_id_customer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_point_entry_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("customer_id", "position", name=op.f("uq_point_entry_customer_id_position")),
        sa.UniqueConstraint("key", name=op.f("uq_point_entry_key")),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_entry_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            "ix_point_entry_expires",
            ["expires_on", "id"],
            unique=False,
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )

    op.create_table(
        "point_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_point_grant_amount")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_point_grant_four_eyes")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_point_grant_customer_id_customer")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_point_grant_decided_by_staff")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_point_grant_proposed_by_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_point_grant_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_grant")),
    )
    with op.batch_alter_table("point_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_grant_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_grant_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_point_grant_pending",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("birthday", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("birthday_index", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("region", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="personal", nullable=False))
        batch_op.add_column(sa.Column("registered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("verified_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("last_trade_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("trades_90d", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("holdings", sa.Numeric(precision=18, scale=2), nullable=True))
        batch_op.add_column(sa.Column("leaving_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("deceased", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("care_consent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("segment", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("segment_reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("stage", sa.String(length=12), server_default="registered", nullable=False))
        batch_op.add_column(sa.Column("churn_score", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("churn_band", sa.String(length=8), nullable=True))
        batch_op.add_column(
            sa.Column("churn_reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("judge_again", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_customer_birthday_index"), ["birthday_index"], unique=False)
        batch_op.create_index(
            "ix_customer_cared_for",
            ["id"],
            unique=False,
            sqlite_where=sa.text("care_consent = 1"),
            postgresql_where=sa.text("care_consent"),
        )
        batch_op.create_index("ix_customer_churn", ["churn_band", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_customer_segment", ["segment", "id"], unique=False)
        batch_op.create_index("ix_customer_stage", ["stage", "id"], unique=False)
        batch_op.create_index("ix_customer_tier", ["tier", "id"], unique=False)
        batch_op.create_index(
            "ix_customer_unjudged",
            ["id"],
            unique=False,
            sqlite_where=sa.text("judge_again = 1"),
            postgresql_where=sa.text("judge_again"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_merged_into_id_customer"), "customer", ["merged_into_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_customer_merged_into_id_customer"), type_="foreignkey")
        batch_op.drop_index(
            "ix_customer_unjudged", sqlite_where=sa.text("judge_again = 1"), postgresql_where=sa.text("judge_again")
        )
        batch_op.drop_index("ix_customer_tier")
        batch_op.drop_index("ix_customer_stage")
        batch_op.drop_index("ix_customer_segment")
        batch_op.drop_index(batch_op.f("ix_customer_merged_into_id"))
        batch_op.drop_index("ix_customer_churn")
        batch_op.drop_index(
            "ix_customer_cared_for", sqlite_where=sa.text("care_consent = 1"), postgresql_where=sa.text("care_consent")
        )
        batch_op.drop_index(batch_op.f("ix_customer_birthday_index"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("judge_again")
        batch_op.drop_column("judged_at")
        batch_op.drop_column("churn_reasons")
        batch_op.drop_column("churn_band")
        batch_op.drop_column("churn_score")
        batch_op.drop_column("stage")
        batch_op.drop_column("segment_reasons")
        batch_op.drop_column("segment")
        batch_op.drop_column("care_consent")
        batch_op.drop_column("version")
        batch_op.drop_column("deceased")
        batch_op.drop_column("leaving_on")
        batch_op.drop_column("holdings")
        batch_op.drop_column("trades_90d")
        batch_op.drop_column("last_trade_on")
        batch_op.drop_column("verified_on")
        batch_op.drop_column("registered_on")
        batch_op.drop_column("kind")
        batch_op.drop_column("region")
        batch_op.drop_column("birthday_index")
        batch_op.drop_column("birthday")

    with op.batch_alter_table("point_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_point_grant_pending",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.drop_index(batch_op.f("ix_point_grant_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_point_grant_customer_id"))

    op.drop_table("point_grant")
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_point_entry_expires",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_point_entry_about_id"))

    op.drop_table("point_entry")
    with op.batch_alter_table("care_message", schema=None) as batch_op:
        batch_op.drop_index("ix_care_message_occasion")
        batch_op.drop_index(
            "ix_care_message_due", sqlite_where=sa.text("state = 'due'"), postgresql_where=sa.text("state = 'due'")
        )

    op.drop_table("care_message")
    with op.batch_alter_table("customer_import_problem", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_import_problem_line")

    op.drop_table("customer_import_problem")
    op.drop_table("customer_import_chunk")
    op.drop_table("integration_key")
    with op.batch_alter_table("customer_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_import_state"))

    op.drop_table("customer_import")
    op.drop_table("care_occasion")
    op.drop_table("customer_statement")
    with op.batch_alter_table("customer_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_stage_since"))
        batch_op.drop_index("ix_customer_stage_customer")

    op.drop_table("customer_stage")
    with op.batch_alter_table("customer_consent", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_consent_purpose")

    op.drop_table("customer_consent")
    with op.batch_alter_table("customer_change", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_change_customer")

    op.drop_table("customer_change")
    op.drop_table("customer_segment")
    op.drop_table("customer_round")
