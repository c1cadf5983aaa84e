"""Articles have details."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "973729b8f3fb"
down_revision = "a94d17e3c05b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("article_text", sa.Column("details", kind, server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("article_text", "details")
