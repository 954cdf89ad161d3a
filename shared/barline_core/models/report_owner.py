"""Who asked for a document: only they may list and download it."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class ReportOwner(Model):
    """Written by reports. `id` is what the owner sees, so that a digest cannot be guessed at."""

    __tablename__ = "report_owner"
    __table_args__ = (
        UniqueConstraint("owner_id", "digest"),
        Index(None, "owner_id", "requested_at"),
        {"info": {"writers": ("reports",)}},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[int | None]
    digest: Mapped[str] = mapped_column(ForeignKey("report.digest", ondelete="CASCADE"))
    requested_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
