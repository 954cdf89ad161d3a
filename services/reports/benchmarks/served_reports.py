"""The reports service over real HTTP with a PostgreSQL of its own, for the benchmarks that ask it."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.sample_services import SampleServices

from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import migrate
from barline_core.testing import serving
from barline_core.tokens import load_signer, write_key_pair
from barline_reports.app import create_app
from barline_reports.settings import ReportsSettings


@contextmanager
def reports_service(samples: SampleServices) -> Iterator[httpx.Client]:
    """A client of the service, whose tokens are those of the gateway; it may be shared by threads."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.mkdir()
        Path(folder).chmod(0o755)
        for caller in ("gateway", "reports"):
            write_key_pair(keys, caller)
        postgres = EmbeddedPostgres(
            Path(folder) / "postgres", password=secrets.token_hex(8), durable=False
        )
        url = postgres.url(postgres.start())
        try:
            migrate(url)
            with (
                serving(samples.app) as others,
                serving(create_app(settings(url, keys, others))) as own,
            ):
                yield client(own, keys)
        finally:
            postgres.stop()


def settings(database_url: str, keys: Path, others: str) -> ReportsSettings:
    return ReportsSettings(
        database_url=database_url,
        internal_keys_dir=keys,
        backtest_url=others,
        prediction_url=others,
        log_level="error",
    )


def client(url: str, keys: Path) -> httpx.Client:
    signer = load_signer(keys / "gateway.key")

    def sign(request: httpx.Request) -> httpx.Request:
        token = signer.sign(audience="reports", user_id=1, scope="write")
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    limits = httpx.Limits(max_connections=None)
    return httpx.Client(base_url=url, auth=sign, timeout=120, limits=limits)
