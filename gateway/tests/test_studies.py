"""`/back_test/sweeps` and its kin: who may call them, and that they lead to the backtest service."""

from collections.abc import Callable

import httpx
import pytest

SWEEP = {"symbols": ["IBM"], "winbuy": {"start": 5, "stop": 9}, "winsell": {"start": 5, "stop": 9}}
ROUTES = [
    ("POST", "/back_test/sweeps"),
    ("GET", "/back_test/sweeps/sweep-1"),
    ("POST", "/back_test/walk_forwards"),
    ("GET", "/back_test/walk_forwards/walk-1"),
    ("GET", "/back_test/runs/run-1/sensitivity"),
    ("POST", "/back_test/runs/run-1/verify"),
    ("POST", "/back_test/runs/run-1/audit"),
    ("GET", "/back_test/runs/run-1"),
]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_each_route_leads_to_the_backtest_service(
    client: httpx.Client, method: str, path: str, slash: str
) -> None:
    answer = client.request(method, path + slash)
    assert answer.status_code == 503  # allowed, but no service is up
    assert "backtest service" in answer.json()["detail"]


def test_a_key_that_may_only_read_starts_no_sweep(
    gateway_url: str, make_key: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {make_key('read')}"}
    answer = httpx.post(f"{gateway_url}/back_test/sweeps", json=SWEEP, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_comes_in_without_credentials(gateway_url: str, method: str, path: str) -> None:
    assert httpx.request(method, gateway_url + path).status_code == 401
