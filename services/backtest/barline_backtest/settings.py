"""What the backtest service and its workers are told from outside, beyond what every service is."""

from pathlib import Path

from pydantic import Field

from barline_core.settings import ServiceSettings


class BacktestSettings(ServiceSettings):
    """What a run does comes with each request; these say how a worker works."""

    compiled_kernels_dir: Path | None = None  # machine code from an image build
    compute_threads: int = Field(
        default=0, ge=0, le=256
    )  # of one task; 0: as many as there are cores
    worker_heartbeat_s: float = Field(default=5.0, gt=0)
    worker_stalled_after_s: float = Field(default=20.0, gt=0)
