"""What is measured of a pool of database connections."""

from prometheus_client import Gauge
from sqlalchemy import Engine, QueuePool

IN_USE = Gauge("barline_database_connections_in_use", "Connections handed out.", ["pool"])
LIMIT = Gauge("barline_database_connections_limit", "Connections there may be.", ["pool"])


def watch_pool(engine: Engine, name: str, size: int) -> None:
    """Show the newest pool of this name; it is looked at when it is asked for."""
    pool = engine.pool
    if isinstance(pool, QueuePool):
        IN_USE.labels(name).set_function(lambda: float(pool.checkedout()))
        LIMIT.labels(name).set(size)
