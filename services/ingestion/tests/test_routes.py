"""The routes over real HTTP while no worker runs: what is refused, and what waits."""

from collections.abc import Callable

import httpx
import pytest

from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings

Connect = Callable[..., httpx.Client]


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings], internal_client: Connect
) -> httpx.Client:
    return internal_client(create_app(make_settings()), service="ingestion")


@pytest.mark.parametrize(
    ("method", "path", "parameter"),
    [
        ("GET", "/symbols/AAPL/bars?price_basis=adjusted", "price_basis"),
        ("GET", "/symbols/AAPL/bars?start=2013-13-01", "start"),
        ("GET", "/symbols/AAPL/bars?known_at=2013-01-01T00:00:00", "known_at"),
        ("GET", "/symbols/AAPL/bars?format=xml", "format"),
        ("GET", "/symbols/AAPL/bars?colour=blue", "colour"),
        ("GET", "/symbols/A%20B/bars", "symbol"),
        ("GET", "/symbols/.A/bars", "symbol"),
        ("POST", "/symbols/AAPL/load?wait=31", "wait"),
        ("GET", "/budget?day=1", "day"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(
    client: httpx.Client, method: str, path: str, parameter: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_range_that_runs_backwards_is_a_400(client: httpx.Client) -> None:
    answer = client.get("/symbols/AAPL/bars?start=2013-01-02&end=2013-01-01")
    assert answer.status_code == 400
    assert "The end lies before the start, 2013-01-02" in answer.text


def test_a_date_without_dashes_is_not_read_as_seconds(client: httpx.Client) -> None:
    answer = client.get("/symbols/AAPL/bars?start=20130102")
    assert answer.status_code == 400
    assert "YYYY-MM-DD" in answer.text


@pytest.mark.parametrize("body", ['{"symbols": "IBM"}', '{"all": true}', "nonsense"])
def test_a_wrong_body_is_a_400(client: httpx.Client, body: str) -> None:
    answer = client.post("/refreshes", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_what_is_not_registered_is_a_404(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register("IBM")
    assert client.get("/symbols/MSFT/bars").status_code == 404
    assert client.post("/symbols/MSFT/load").status_code == 404
    assert client.delete("/symbols/MSFT").status_code == 404
    answer = client.post("/refreshes", json={"symbols": ["IBM", "MSFT"]})
    assert answer.status_code == 404
    assert answer.json()["errors"] == [
        {"pointer": "/symbols/1", "detail": "MSFT is not registered."}
    ]


def test_a_registered_symbol_without_bars_is_an_empty_answer(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register("IBM")
    document = client.get("/symbols/IBM/bars").json()
    assert (document["status"], document["bars"]) == ("loading", [])
    assert document["coverage"]["sessions"] == 0
    for chosen in ("csv", "parquet"):
        answer = client.get("/symbols/IBM/bars", params={"format": chosen})
        assert answer.status_code == 200


def test_a_refresh_of_nothing_has_succeeded_at_once(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register()
    job = client.post("/refreshes", json={}).json()
    assert (job["state"], job["progress"]) == ("succeeded", 1.0)


def test_a_job_is_its_owners_only_and_can_be_cancelled(
    make_settings: Callable[..., IngestionSettings],
    internal_client: Connect,
    register: Callable[..., None],
) -> None:
    register("IBM")
    app = create_app(make_settings())
    owner = internal_client(app, service="ingestion", user_id=1)
    stranger = internal_client(app, service="ingestion", user_id=2)
    waiting = owner.post("/symbols/IBM/load")
    assert waiting.status_code == 202
    path = f"/jobs/{waiting.json()['id']}"
    assert waiting.json()["id"].startswith("ingestion-")
    assert stranger.get(path).status_code == stranger.delete(path).status_code == 404
    assert owner.get(path).json()["state"] == "queued"
    assert owner.delete(path).json()["state"] == "cancelled"
    assert owner.delete(path).json()["state"] == "cancelled"
    assert owner.get("/jobs/backtest-1").status_code == 404


def test_an_unsigned_call_is_refused(client: httpx.Client) -> None:
    assert httpx.get(f"{client.base_url}/budget").status_code == 401


def test_a_key_nobody_tried_yet_has_an_unknown_tier_and_a_free_ones_limit(
    make_settings: Callable[..., IngestionSettings], internal_client: Connect
) -> None:
    app = create_app(make_settings(alpha_vantage_api_key="NEVERUSEDKEY0001"))
    budget = internal_client(app, service="ingestion").get("/budget").json()
    assert (budget["tier"], budget["daily_limit"], budget["used"]) == ("unknown", 25, 0)
    assert (budget["budget_date"], budget["resumes_at"]) == ("2013-03-01", None)
