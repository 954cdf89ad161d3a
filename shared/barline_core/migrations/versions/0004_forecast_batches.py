"""forecasts of many symbols as one job"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forecast_batch",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("model_version", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("hindcast_start", sa.Date(), nullable=True),
        sa.Column("hindcast_end", sa.Date(), nullable=True),
        sa.Column("every_sessions", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_batch")),
        schema="market",
    )
    op.create_index(
        op.f("ix_forecast_batch_owner_id_created_at"),
        "forecast_batch",
        ["owner_id", "created_at"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "forecast_batch_symbol",
        sa.Column("batch_id", sa.String(length=50), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("forecasts", sa.Integer(), nullable=True),
        sa.Column("vintage_id", sa.String(length=40), nullable=True),
        sa.Column(
            "problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["market.forecast_batch.id"],
            name=op.f("fk_forecast_batch_symbol_batch_id_forecast_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_forecast_batch_symbol")),
        schema="market",
    )


def downgrade() -> None:
    op.drop_table("forecast_batch_symbol", schema="market")
    op.drop_index(
        op.f("ix_forecast_batch_owner_id_created_at"), table_name="forecast_batch", schema="market"
    )
    op.drop_table("forecast_batch", schema="market")
