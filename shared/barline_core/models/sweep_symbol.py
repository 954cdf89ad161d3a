"""One symbol of a sweep: its cells, column by column, and what the statistics say of them."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class SweepSymbol(Model):
    """Written by backtest: made with the sweep, filled in by whichever worker takes the symbol.

    The columns are little-endian, one element a cell in the grid's order (float64 with NaN for undefined; `trades`
    int32). They stay null while the symbol waits, and when `problem` says why it could not be computed.
    """

    __tablename__ = "sweep_symbol"
    __table_args__ = (
        Index(None, "symbol"),
        {"info": {"writers": ("backtest",)}},
    )

    sweep_id: Mapped[str] = mapped_column(
        ForeignKey("market.sweep.id", ondelete="CASCADE"), primary_key=True
    )
    symbol: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    data_version: Mapped[str | None] = mapped_column(String(64))
    total_return: Mapped[bytes | None]
    cagr: Mapped[bytes | None]
    max_drawdown: Mapped[bytes | None]
    sharpe: Mapped[bytes | None]
    trades: Mapped[bytes | None]
    summary: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    problem: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
