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
    render_timeout_s: float = Field(default=45.0, gt=0)  # for one PDF, its charts included
    render_queue_s: float = Field(default=10.0, ge=0)  # how long one waits for the printer
