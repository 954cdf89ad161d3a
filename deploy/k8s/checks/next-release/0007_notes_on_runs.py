"""Notes on runs: a migration as a next release may have one, for trying a rolling upgrade; no part of this release."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only adds, so that pods of the release before go on working."""
    op.add_column("backtest_run", sa.Column("note", sa.Text(), nullable=True), schema="market")


def downgrade() -> None:
    op.drop_column("backtest_run", "note", schema="market")
