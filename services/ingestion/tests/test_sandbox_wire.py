"""The sandbox over real HTTP speaks the wire format that Alpha Vantage has been recorded to speak."""

from collections.abc import Iterator

import pytest
from sandbox_server import serving

from barline_sandbox.exchange import Exchange


class Clock:
    """Seconds that pass only when told."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def base_url(clock: Clock, exchange: Exchange) -> Iterator[str]:
    with serving(exchange) as url:
        yield url
