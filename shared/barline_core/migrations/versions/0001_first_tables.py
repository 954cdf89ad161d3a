"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backtest_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=20), nullable=False),
        sa.Column("data_version", sa.String(length=64), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("metrics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtest_run")),
        sa.UniqueConstraint("owner_id", "digest", name=op.f("uq_backtest_run_owner_id_digest")),
        schema="market",
    )
    op.create_index(
        op.f("ix_backtest_run_owner_id_created_at"),
        "backtest_run",
        ["owner_id", "created_at"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "corporate_action",
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ex_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('split', 'dividend')", name=op.f("ck_corporate_action_kind")),
        sa.CheckConstraint("value > 0", name=op.f("ck_corporate_action_value_positive")),
        sa.PrimaryKeyConstraint(
            "symbol_id", "ex_date", "kind", "known_at", name=op.f("pk_corporate_action")
        ),
        schema="market",
    )
    op.create_table(
        "daily_bar",
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("open", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("close", sa.Double(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("symbol_id", "date", name=op.f("pk_daily_bar")),
        schema="market",
    )
    op.create_table(
        "daily_bar_revision",
        sa.Column("symbol_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("close", sa.Double(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "symbol_id", "date", "known_from", name=op.f("pk_daily_bar_revision")
        ),
        schema="market",
    )
    op.create_table(
        "forecast",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("model_name", sa.String(length=40), nullable=False),
        sa.Column("model_version", sa.String(length=40), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("last_close", sa.Double(), nullable=False),
        sa.Column("bars_digest", sa.String(length=64), nullable=False),
        sa.Column("hindcast", sa.Boolean(), nullable=False),
        sa.Column("in_sample", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint(
            "symbol_id",
            "model_version",
            "last_date",
            "bars_digest",
            "hindcast",
            name=op.f("uq_forecast_symbol_id_model_version_last_date_bars_digest_hindcast"),
        ),
        schema="market",
    )
    op.create_index(
        op.f("ix_forecast_symbol_id_last_date"),
        "forecast",
        ["symbol_id", "last_date"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=50), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="queued", nullable=False),
        sa.Column("progress", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("message", sa.String(length=500), server_default="", nullable=False),
        sa.Column("eta", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=300), nullable=True),
        sa.Column(
            "problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_job_state"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_job_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        schema="market",
    )
    op.create_index(
        op.f("ix_job_service_state"), "job", ["service", "state"], unique=False, schema="market"
    )
    op.create_table(
        "report",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_report")),
        schema="market",
    )
    op.create_table(
        "symbol",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("ticker", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("exchange", sa.String(length=100), nullable=True),
        sa.Column("currency", sa.String(length=10), nullable=True),
        sa.Column("time_zone", sa.String(length=50), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_symbol")),
        sa.UniqueConstraint("ticker", name=op.f("uq_symbol_ticker")),
        schema="market",
    )
    op.create_table(
        "upstream_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=16), nullable=False),
        sa.Column("budget_date", sa.Date(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("symbol", sa.String(length=100), nullable=True),
        sa.Column("output_size", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream_call")),
        schema="market",
    )
    op.create_index(
        op.f("ix_upstream_call_key_fingerprint_budget_date"),
        "upstream_call",
        ["key_fingerprint", "budget_date"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "upstream_capability",
        sa.Column("key_fingerprint", sa.String(length=16), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("output_size", sa.String(length=10), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "key_fingerprint", "function", "output_size", name=op.f("pk_upstream_capability")
        ),
        schema="market",
    )
    op.create_table(
        "forecast_step",
        sa.Column("forecast_id", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("close", sa.Double(), nullable=False),
        sa.Column("lower_80", sa.Double(), nullable=False),
        sa.Column("upper_80", sa.Double(), nullable=False),
        sa.Column("lower_95", sa.Double(), nullable=False),
        sa.Column("upper_95", sa.Double(), nullable=False),
        sa.Column("naive_close", sa.Double(), nullable=False),
        sa.Column("naive_lower_80", sa.Double(), nullable=False),
        sa.Column("naive_upper_80", sa.Double(), nullable=False),
        sa.Column("naive_lower_95", sa.Double(), nullable=False),
        sa.Column("naive_upper_95", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"],
            ["market.forecast.id"],
            name=op.f("fk_forecast_step_forecast_id_forecast"),
        ),
        sa.PrimaryKeyConstraint("forecast_id", "step", name=op.f("pk_forecast_step")),
        schema="market",
    )
    op.create_table(
        "report_owner",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["market.report.digest"],
            name=op.f("fk_report_owner_digest_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_owner")),
        sa.UniqueConstraint("owner_id", "digest", name=op.f("uq_report_owner_owner_id_digest")),
        schema="market",
    )
    op.create_index(
        op.f("ix_report_owner_owner_id_requested_at"),
        "report_owner",
        ["owner_id", "requested_at"],
        unique=False,
        schema="market",
    )
    op.create_table(
        "symbol_status",
        sa.Column("symbol_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=True),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("sessions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing_sessions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("capability", sa.String(length=40), nullable=True),
        sa.Column("actions_known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("data_version", sa.String(length=64), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["symbol_id"],
            ["market.symbol.id"],
            name=op.f("fk_symbol_status_symbol_id_symbol"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("symbol_id", name=op.f("pk_symbol_status")),
        schema="market",
    )


def downgrade() -> None:
    op.drop_table("symbol_status", schema="market")
    op.drop_index(
        op.f("ix_report_owner_owner_id_requested_at"), table_name="report_owner", schema="market"
    )
    op.drop_table("report_owner", schema="market")
    op.drop_table("forecast_step", schema="market")
    op.drop_table("upstream_capability", schema="market")
    op.drop_index(
        op.f("ix_upstream_call_key_fingerprint_budget_date"),
        table_name="upstream_call",
        schema="market",
    )
    op.drop_table("upstream_call", schema="market")
    op.drop_table("symbol", schema="market")
    op.drop_table("report", schema="market")
    op.drop_index(op.f("ix_job_service_state"), table_name="job", schema="market")
    op.drop_table("job", schema="market")
    op.drop_index(op.f("ix_forecast_symbol_id_last_date"), table_name="forecast", schema="market")
    op.drop_table("forecast", schema="market")
    op.drop_table("daily_bar_revision", schema="market")
    op.drop_table("daily_bar", schema="market")
    op.drop_table("corporate_action", schema="market")
    op.drop_index(
        op.f("ix_backtest_run_owner_id_created_at"), table_name="backtest_run", schema="market"
    )
    op.drop_table("backtest_run", schema="market")
