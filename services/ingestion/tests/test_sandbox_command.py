"""`python -m barline_sandbox` runs the sandbox as the demo does."""

import subprocess
import sys
import time

import httpx
import pytest

from barline_core.embedded import free_port
from barline_sandbox.__main__ import parser
from barline_sandbox.keys import Tier


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    port = free_port()
    options = ["--port", str(port), "--key", "mine=free", "--market-date", "2005-02-25"]
    with subprocess.Popen([sys.executable, "-m", "barline_sandbox", *options]) as process:
        answer = first_answer(f"http://127.0.0.1:{port}/query", symbol="AAPL", apikey="mine")
        process.terminate()
    assert answer.json()["Meta Data"]["3. Last Refreshed"] == "2005-02-25"
    assert process.returncode in {0, -15}


def first_answer(url: str, **query: str) -> httpx.Response:
    deadline = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, params={"function": "TIME_SERIES_DAILY", **query})
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_every_key_is_a_paying_one_unless_told_otherwise() -> None:
    options = parser().parse_args(["--port", "1", "--key", "a=b=free"])
    assert options.default_tier is Tier.PREMIUM
    assert options.key == [("a=b", Tier.FREE)]


def test_a_tier_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--port", "1", "--default-tier", "gold"])
