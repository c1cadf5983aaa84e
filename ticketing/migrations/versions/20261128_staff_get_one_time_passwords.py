"""Staff get one-time passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a94d17e3c05b"
down_revision = "f7c1d92ab604"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "one_time_until")
