"""A long action: how far it is, and how it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model

STATES = ("queued", "running", "succeeded", "failed", "cancelled")


class Job(Model):
    """Written by the service that runs it, its own rows only; `id` begins with that service's name."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        Index(None, "service", "state"),
        {"info": {"writers": ("ingestion", "backtest", "prediction", "reports")}},
    )

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    service: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), server_default="queued")
    progress: Mapped[float] = mapped_column(server_default=text("0"))
    message: Mapped[str] = mapped_column(String(500), server_default="")
    eta: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    owner_id: Mapped[int | None]
    parameters: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    result: Mapped[str | None] = mapped_column(String(300))  # where the result can be read
    problem: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    request_id: Mapped[str | None] = mapped_column(String(64))  # of the request that asked for it
    traceparent: Mapped[str | None] = mapped_column(String(60))  # the span that did
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
