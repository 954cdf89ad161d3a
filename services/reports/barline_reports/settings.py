"""What the reports service is told from outside, beyond what every service is."""

from pydantic import Field

from barline_core.settings import ServiceSettings


class ReportsSettings(ServiceSettings):
    """Where the results come from, and how patiently a report is printed."""

    backtest_url: str = "http://127.0.0.1:8002"
    prediction_url: str = "http://127.0.0.1:8003"
    upstream_connect_timeout_s: float = Field(default=2.0, gt=0)
    upstream_read_timeout_s: float = Field(default=20.0, gt=0)
    chromium_path: str = ""  # empty: the first Chromium or Chrome that is found
    render_processes: int = Field(default=2, ge=1)  # each keeps a Chromium warm once it was needed
    render_waiting: int = Field(default=12, ge=0)  # reports that may wait for one; more get a 503
    render_queue_s: float = Field(default=12.0, ge=0)  # how long one waits at most
    render_timeout_s: float = Field(default=45.0, gt=0)  # for one PDF, its charts included
    render_memory_mb: int = Field(default=1500, ge=200)  # for one process and its Chromium
