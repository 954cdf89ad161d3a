"""sweeps and walk forwards"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sweep",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.String(length=50), nullable=False),
        sa.Column("engine_version", sa.String(length=20), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("grid", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
        schema="market",
    )
    op.create_index(
        op.f("ix_sweep_owner_id_created_at"),
        "sweep",
        ["owner_id", "created_at"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "walk_forward",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.String(length=50), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("engine_version", sa.String(length=20), nullable=False),
        sa.Column("data_version", sa.String(length=64), nullable=True),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("grid", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_forward")),
        schema="market",
    )
    op.create_index(
        op.f("ix_walk_forward_owner_id_symbol_created_at"),
        "walk_forward",
        ["owner_id", "symbol", "created_at"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "sweep_symbol",
        sa.Column("sweep_id", sa.String(length=50), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data_version", sa.String(length=64), nullable=True),
        sa.Column("total_return", sa.LargeBinary(), nullable=True),
        sa.Column("cagr", sa.LargeBinary(), nullable=True),
        sa.Column("max_drawdown", sa.LargeBinary(), nullable=True),
        sa.Column("sharpe", sa.LargeBinary(), nullable=True),
        sa.Column("trades", sa.LargeBinary(), nullable=True),
        sa.Column(
            "summary", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sweep_id"],
            ["market.sweep.id"],
            name=op.f("fk_sweep_symbol_sweep_id_sweep"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sweep_id", "symbol", name=op.f("pk_sweep_symbol")),
        schema="market",
    )
    op.create_index(
        op.f("ix_sweep_symbol_symbol"), "sweep_symbol", ["symbol"], unique=False, schema="market"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_sweep_symbol_symbol"), table_name="sweep_symbol", schema="market")
    op.drop_table("sweep_symbol", schema="market")
    op.drop_index(
        op.f("ix_walk_forward_owner_id_symbol_created_at"),
        table_name="walk_forward",
        schema="market",
    )
    op.drop_table("walk_forward", schema="market")
    op.drop_index(op.f("ix_sweep_owner_id_created_at"), table_name="sweep", schema="market")
    op.drop_table("sweep", schema="market")
