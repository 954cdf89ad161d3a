"""What the backtest service is told from outside: nothing beyond what every service is."""

from barline_core.settings import ServiceSettings


class BacktestSettings(ServiceSettings):
    """The database, the keys of who may call, and how to log. What a run does comes with each request."""
