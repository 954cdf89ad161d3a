"""Every seed route through the public door, on the real bars of the sandbox."""

import csv
import io
import json
import math
import threading
from collections.abc import Iterator

import httpx
import pytest

SYMBOLS = ["AAPL", "FB", "GOOG", "IBM", "MSFT"]


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, float):
        yield value


def strict_json(answer: httpx.Response) -> dict[str, object]:
    """The body; NaN and Infinity are not JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in the answer of {answer.url}")

    assert answer.status_code == 200, answer.text
    body = json.loads(answer.text, parse_constant=refuse)
    assert all(math.isfinite(number) for number in numbers_in(body))
    return body


def test_the_sandboxs_symbols_are_loaded_when_the_launcher_says_ready(api: httpx.Client) -> None:
    page = strict_json(api.get("/financial_data/data"))
    rows = [row for row in page["results"] if row["symbol"] in SYMBOLS]  # other tests add theirs
    assert [row["symbol"] for row in rows] == SYMBOLS
    assert {row["status"] for row in rows} == {"ready"}
    ibm = next(row for row in rows if row["symbol"] == "IBM")
    assert ibm["coverage"]["first_date"] == "2000-03-01"
    assert ibm["coverage"]["last_date"] == "2013-03-01"
    assert ibm["coverage"]["sessions"] == 3270


def test_the_bars_of_a_symbol_are_raw_and_oldest_first(api: httpx.Client) -> None:
    body = strict_json(api.get("/financial_data/data", params={"symbol": "aapl"}))
    assert {"symbol", "name", "currency", "status", "price_basis", "data_version"} <= body.keys()
    assert body["price_basis"] == "raw"
    bars = body["bars"]
    assert len(bars) == 3270
    assert bars[0] | {} == {**bars[0], "date": "2000-03-01", "open": 118.56, "close": 130.31}
    assert [bar["date"] for bar in bars] == sorted(bar["date"] for bar in bars)


def test_apples_split_of_2005_is_no_dip_in_the_split_view(api: httpx.Client) -> None:
    window = {"symbol": "AAPL", "start": "2005-02-25", "end": "2005-02-28"}
    raw = api.get("/financial_data/data", params=window).json()["bars"]
    split = api.get("/financial_data/data", params={**window, "price_basis": "split"}).json()[
        "bars"
    ]
    assert raw[1]["close"] / raw[0]["close"] < 0.6
    assert raw[1]["split"] == 2.0
    assert 0.9 < split[1]["close"] / split[0]["close"] < 1.1
    assert split[0]["volume"] == 2 * raw[0]["volume"]


def test_apples_backtest_has_no_dip_at_the_split_either(api: httpx.Client) -> None:
    query = {
        "symbol": "AAPL",
        "winbuy": "5",
        "winsell": "9",
        "start": "2005-02-01",
        "end": "2005-03-15",
    }
    body = strict_json(api.get("/back_test", params=query))
    held = body["equity_curve"]["buy_and_hold"]
    day = body["equity_curve"]["date"].index("2005-02-28")
    assert 0.9 < held[day] / held[day - 1] < 1.1


def test_bars_as_csv_are_the_bars_as_json(api: httpx.Client) -> None:
    window = {"symbol": "IBM", "start": "2012-01-01", "end": "2012-12-31"}
    rows = list(
        csv.DictReader(
            io.StringIO(api.get("/financial_data/data", params={**window, "format": "csv"}).text)
        )
    )
    bars = api.get("/financial_data/data", params=window).json()["bars"]
    assert [(row["date"], float(row["close"])) for row in rows] == [
        (bar["date"], bar["close"]) for bar in bars
    ]


def test_adding_a_symbol_again_answers_200(api: httpx.Client) -> None:
    answer = api.post("/financial_data/add", json={"symbol": "ibm"})
    assert answer.status_code == 200
    assert answer.json()["symbol"] == "IBM"


def test_removing_with_purge_and_adding_again_loads_the_same_bars(api: httpx.Client) -> None:
    before = api.get("/financial_data/data", params={"symbol": "FB"}).json()
    purged = api.post("/financial_data/remove", json={"symbol": "FB", "purge": True})
    assert purged.json() == {"symbol": "FB", "active": False, "purged": True}
    assert api.get("/financial_data/data", params={"symbol": "FB"}).status_code == 404
    added = api.post("/financial_data/add", data={"symbol": "FB"})
    assert added.status_code == 201
    assert added.headers["location"] == "/financial_data/data?symbol=FB"
    after = api.get(added.headers["location"]).json()
    assert after["bars"] == before["bars"]
    assert after["data_version"] == before["data_version"]


def test_an_unknown_symbol_is_a_404_and_leaves_nothing_behind(api: httpx.Client) -> None:
    answer = api.post("/financial_data/add", json={"symbol": "NOSUCH"})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/unknown-symbol")
    assert api.get("/financial_data/data", params={"search": "NOSUCH"}).json()["count"] == 0
    assert api.get("/financial_data/data", params={"symbol": "NOSUCH"}).status_code == 404


def test_a_refresh_is_a_job_that_succeeds_and_spends_nothing_when_up_to_date(
    api: httpx.Client,
) -> None:
    answer = api.post("/financial_data/refresh")
    assert answer.status_code == 202
    job = api.get(answer.headers["location"]).json()
    for _ in range(300):
        if job["state"] not in {"queued", "running"}:
            break
        threading.Event().wait(0.1)
        job = api.get(answer.headers["location"]).json()
    assert (job["state"], job["progress"]) == ("succeeded", 1.0)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_backtest_answers_for_every_symbol(api: httpx.Client, symbol: str) -> None:
    query = {"symbol": symbol, "winbuy": "50", "winsell": "200", "initial_investment": "10000"}
    body = strict_json(api.get("/back_test", params=query))
    assert {
        "run_id",
        "digest",
        "symbol",
        "parameters",
        "data",
        "metrics",
        "buy_and_hold",
    } <= body.keys()
    assert {"findings", "trades", "pending_order", "equity_curve"} <= body.keys()
    assert api.get("/back_test", params=query).json()["run_id"] == body["run_id"]
    assert api.get(f"/back_test/runs/{body['run_id']}").json()["digest"] == body["digest"]


def test_a_forecast_is_thirty_sessions_with_intervals_and_is_kept(api: httpx.Client) -> None:
    body = strict_json(api.get("/ai_prediction", params={"symbol": "IBM"}))
    steps = body["predictions"]
    assert [step["step"] for step in steps] == list(range(1, 31))
    assert steps[0]["date"] == "2013-03-04"
    assert "2013-03-29" not in {step["date"] for step in steps}  # Good Friday
    for step in steps:
        assert 0 < step["lower_95"] <= step["lower_80"] <= step["close"]
        assert step["close"] <= step["upper_80"] <= step["upper_95"]
    assert body["based_on"]["last_close"] == 202.91
    assert (body["hindcast"], body["in_sample"]) == (False, False) or body["model"][
        "training_symbols"
    ]
    assert body["verdict"]
    assert api.get("/ai_prediction", params={"symbol": "ibm"}).json() == body


def test_fb_has_too_few_sessions_for_a_forecast(api: httpx.Client) -> None:
    answer = api.get("/ai_prediction", params={"symbol": "FB"})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/not-enough-history")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/back_test", {"symbol": "MSFT", "winbuy": "50", "winsell": "200"}),
        ("/ai_prediction", {"symbol": "IBM"}),
    ],
)
def test_reports_come_as_pdf_and_as_html(
    api: httpx.Client, path: str, query: dict[str, str]
) -> None:
    pdf = api.get(path, params={**query, "format": "pdf"})
    assert pdf.status_code == 200, pdf.text
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    html = api.get(path, params={**query, "format": "html"})
    assert html.headers["content-type"].startswith("text/html")
    assert "sandbox" in html.headers["content-security-policy"]
    again = api.get(path, params={**query, "format": "pdf"})
    assert again.content == pdf.content
    listed = strict_json(api.get("/reports"))
    assert pdf.headers["x-report-id"] in {row["id"] for row in listed["results"]}


def test_two_backtests_are_compared_and_the_comparison_deleted(api: httpx.Client) -> None:
    query = {"symbol": "MSFT", "winsell": "200", "include": "trades"}
    first, second = (
        strict_json(api.get("/back_test", params=query | {"winbuy": winbuy}))["run_id"]
        for winbuy in ("50", "20")
    )
    compared = api.get("/reports/compare", params={"first": first, "second": second})
    document = strict_json(compared)
    assert (document["kind"], document["value_label"]) == ("comparison", "A: MSFT 50/200")
    same = api.get("/reports/compare", params={"first": first, "second": first})
    assert same.status_code == 400
    report = f"/reports/{compared.headers['x-report-id']}"
    assert api.delete(report).status_code == 204
    assert api.get(report).status_code == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"winbuy": "50", "winsell": "200"}, "symbol"),
        ({"symbol": "MSFT", "winsell": "200"}, "winbuy"),
        ({"symbol": "MSFT", "winbuy": "0", "winsell": "200"}, "winbuy"),
        ({"symbol": "MSFT", "winbuy": "-5", "winsell": "200"}, "winbuy"),
        ({"symbol": "MSFT", "winbuy": "1.5", "winsell": "200"}, "winbuy"),
        ({"symbol": "MSFT", "winbuy": "NaN", "winsell": "200"}, "winbuy"),
        (
            {"symbol": "MSFT", "winbuy": "50", "winsell": "200", "initial_investment": "0"},
            "initial_investment",
        ),
        (
            {"symbol": "MSFT", "winbuy": "50", "winsell": "200", "initial_investment": "inf"},
            "initial_investment",
        ),
        ({"symbol": "MSFT", "winbuy": "50", "winsell": "200", "rule": "magic"}, "rule"),
        ({"symbol": "MSFT", "winbuy": "50", "winsell": "200", "start": "2013-02-30"}, "start"),
        ({"symbol": "MSFT", "winbuy": "50", "winsell": "200", "winsel": "3"}, "winsel"),
    ],
)
@pytest.mark.parametrize("wanted", ["json", "pdf"])
def test_a_wrong_parameter_is_named_whatever_the_format(
    api: httpx.Client, query: dict[str, str], parameter: str, wanted: str
) -> None:
    answer = api.get("/back_test", params={**query, "format": wanted})
    assert answer.status_code == 400, answer.text
    assert parameter in {error.get("parameter") for error in answer.json()["errors"]}


@pytest.mark.parametrize("path", ["/back_test?winbuy=5&winsell=9&", "/ai_prediction?"])
@pytest.mark.parametrize("wanted", ["json", "pdf", "html"])
def test_an_unregistered_symbol_is_a_404(api: httpx.Client, path: str, wanted: str) -> None:
    answer = api.get(f"{path}symbol=NOSUCH&format={wanted}")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/unknown-symbol")


def test_reversed_dates_are_a_400(api: httpx.Client) -> None:
    query = {
        "symbol": "MSFT",
        "winbuy": "5",
        "winsell": "9",
        "start": "2012-01-01",
        "end": "2011-01-01",
    }
    assert api.get("/back_test", params=query).status_code == 400
    bars = {"symbol": "MSFT", "start": "2012-01-01", "end": "2011-01-01"}
    assert api.get("/financial_data/data", params=bars).status_code == 400


def test_the_pages_are_behind_a_sign_in(stack_url: str) -> None:
    answer = httpx.get(f"{stack_url}/reporting/")
    assert answer.status_code == 302
    assert httpx.get(f"{stack_url}/reporting").status_code in {301, 302}


@pytest.fixture
def stack_url(api: httpx.Client) -> str:
    return str(api.base_url)
