"""Searches, and through when corporate actions are known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "symbol_search",
        sa.Column("keywords", sa.String(length=50), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matches", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("keywords", name=op.f("pk_symbol_search")),
        schema="market",
    )
    for name in ("splits_through", "dividends_through"):
        op.add_column("symbol_status", sa.Column(name, sa.Date(), nullable=True), schema="market")
    # Where actions were known, they were known for every stored bar.
    op.execute(
        "UPDATE market.symbol_status SET splits_through = last_date, dividends_through = last_date"
        " WHERE actions_known"
    )


def downgrade() -> None:
    for name in ("dividends_through", "splits_through"):
        op.drop_column("symbol_status", name, schema="market")
    op.drop_table("symbol_search", schema="market")
