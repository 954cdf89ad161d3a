"""The public routes of forecasts: who may call them, where they lead, and what stops a bad call on the way."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from barline_core.problems import TYPE_PREFIX
from barline_core.testing import serving

from .reporting.conftest import reaching

ROUTES = [
    ("GET", "/ai_prediction", "prediction"),
    ("POST", "/ai_prediction", "prediction"),
    ("GET", "/ai_prediction/scorecard", "prediction"),
    ("GET", "/ai_prediction/batches/prediction-1", "prediction"),
    ("GET", "/ai_prediction/model", "prediction"),
    ("GET", "/jobs/prediction-1", "prediction"),
    ("DELETE", "/jobs/prediction-1", "prediction"),
    ("POST", "/back_test/forecasts", "backtest"),
]
WRITING = [(method, path) for method, path, _ in ROUTES if method != "GET"]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("method", "path", "service"), ROUTES)
def test_each_route_leads_to_its_service(
    client: httpx.Client, method: str, path: str, service: str, slash: str
) -> None:
    answer = client.request(method, path + slash)
    assert answer.status_code == 503  # allowed, but no service is up
    assert answer.headers["Retry-After"]
    assert f"{service} service" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path", "service"), ROUTES)
def test_nobody_comes_in_without_credentials(
    gateway_url: str, clean_database: None, method: str, path: str, service: str
) -> None:
    assert httpx.request(method, gateway_url + path).status_code == 401


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_a_key_that_may_only_read_orders_nothing(
    gateway_url: str, make_key: Callable[..., str], method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {make_key('read')}"}
    answer = httpx.request(method, gateway_url + path, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, f"{TYPE_PREFIX}not-allowed")


@pytest.mark.parametrize("path", ["/ai_prediction", "/back_test/forecasts"])
def test_a_body_of_ten_megabytes_is_refused_unread(client: httpx.Client, path: str) -> None:
    answer = client.post(path, content=b"[" * 10_000_000)
    assert (answer.status_code, answer.json()["type"]) == (413, f"{TYPE_PREFIX}too-large")


@pytest.mark.parametrize("path", ["/ai_prediction", "/back_test/forecasts"])
def test_a_body_that_is_no_json_is_a_400(client: httpx.Client, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post(path, content=b"{", headers=headers).status_code == 400


def test_a_parameter_given_twice_is_refused(client: httpx.Client) -> None:
    answer = client.get("/ai_prediction/scorecard?symbol=IBM&symbol=MSFT")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"parameter": "symbol", "detail": "Give it once."}]


@pytest.fixture(scope="module")
def prediction_url(django_ready: None, internal_keys_dir: Path) -> Iterator[str]:
    """The prediction service, without its worker, on the gateway's database."""
    from barline_prediction.app import create_app
    from barline_prediction.settings import PredictionSettings

    settings = PredictionSettings(
        database_url=os.environ["DATABASE_URL"], internal_keys_dir=internal_keys_dir
    )
    with serving(create_app(settings)) as url:
        yield url


@pytest.fixture
def prediction(prediction_url: str) -> Iterator[None]:
    with reaching({"prediction_url": prediction_url}):
        yield


@pytest.mark.usefixtures("prediction")
class TestWithTheService:
    def test_a_read_key_may_look_at_a_scorecard(
        self, gateway_url: str, make_key: Callable[..., str]
    ) -> None:
        from barline_gateway.registry.models import Symbol

        Symbol.objects.create(ticker="BARE")
        headers = {"Authorization": f"Bearer {make_key('read')}"}
        answer = httpx.get(f"{gateway_url}/ai_prediction/scorecard?symbol=bare", headers=headers)
        assert answer.status_code == 200
        assert answer.json()["records"] == []

    def test_problems_of_the_service_come_through_unchanged(self, client: httpx.Client) -> None:
        unknown = client.get("/ai_prediction/scorecard", params={"symbol": "NOPE"})
        assert (unknown.status_code, unknown.json()["type"]) == (
            404,
            f"{TYPE_PREFIX}unknown-symbol",
        )
        wrong = client.post("/ai_prediction", json={"symbols": []})
        assert wrong.status_code == 400
        assert wrong.json()["errors"][0]["pointer"] == "/symbols"
        missing = client.post("/ai_prediction")
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (400, "/symbols")

    def test_a_batch_belongs_to_the_one_who_ordered_it(
        self, client: httpx.Client, gateway_url: str, make_key: Callable[..., str]
    ) -> None:
        from barline_gateway.registry.models import Symbol

        Symbol.objects.create(ticker="BARE")
        job = client.post("/ai_prediction", json={"symbols": ["bare"]})
        assert job.status_code == 202
        assert job.headers["Location"] == f"/jobs/{job.json()['id']}"
        paths = [job.headers["Location"], f"/ai_prediction/batches/{job.json()['id']}"]
        stranger = {"Authorization": f"Bearer {make_key('write', user='bob')}"}
        for path in paths:
            assert client.get(path).status_code in {200, 202}
            assert httpx.get(gateway_url + path, headers=stranger).status_code == 404
        assert httpx.delete(gateway_url + paths[0], headers=stranger).status_code == 404
        assert client.delete(paths[0]).json()["state"] == "cancelled"

    def test_a_form_may_order_a_batch_too(self, client: httpx.Client) -> None:
        from barline_gateway.registry.models import Symbol

        Symbol.objects.create(ticker="BARE")
        answer = client.post("/ai_prediction", data={"symbols": ["BARE"]})
        assert answer.status_code == 202
