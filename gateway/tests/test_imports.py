"""Import and search where no service is up: what the gateway itself answers for."""

import httpx
import pytest

CSV = b"date,open,high,low,close\n2013-03-01,1,1,1,1\n"


def upload(client: httpx.Client, content: bytes = CSV, **fields: str) -> httpx.Response:
    return client.post(
        "/financial_data/import", data=fields, files={"file": ("bars.csv", content, "text/csv")}
    )


def test_with_ingestion_down_an_import_leaves_no_symbol_behind(client: httpx.Client) -> None:
    answer = upload(client, symbol="own")
    assert answer.status_code == 503
    assert client.get("/financial_data/data").json()["count"] == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "/symbol"),
        ({"symbol": "A B"}, "/symbol"),
        ({"symbol": "IBM", "prices": "adjusted"}, "/prices"),
        ({"symbol": "IBM", "colour": "blue"}, "/colour"),
    ],
)
def test_a_wrong_field_is_a_400_that_points_at_it(
    client: httpx.Client, fields: dict[str, str], pointer: str
) -> None:
    answer = upload(client, **fields)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_without_a_file_it_is_a_400(client: httpx.Client) -> None:
    files = {"symbol": (None, "IBM")}
    answer = client.post("/financial_data/import", files=files)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/file"


def test_json_is_not_a_file(client: httpx.Client) -> None:
    assert client.post("/financial_data/import", json={"symbol": "IBM"}).status_code == 415


def test_an_upload_may_have_50_megabytes_where_other_bodies_may_not(client: httpx.Client) -> None:
    assert upload(client, b"x" * 2_000_000, symbol="IBM").status_code == 503  # passed on
    assert client.post("/financial_data/import/", content=b"x" * 53_000_000).status_code == 413
    assert client.post("/financial_data/add", content=b"x" * 1_000_001).status_code == 413


@pytest.mark.parametrize("query", ["", "?keywords=", f"?keywords={'x' * 51}", "?keyword=ibm"])
def test_a_search_without_good_keywords_is_a_400(client: httpx.Client, query: str) -> None:
    assert client.get(f"/financial_data/search{query}").status_code == 400


def test_a_search_needs_ingestion(client: httpx.Client) -> None:
    assert client.get("/financial_data/search?keywords=ibm").status_code == 503


def test_a_page_of_another_site_may_not_spend_the_budget(gateway_url: str) -> None:
    answer = httpx.get(f"{gateway_url}/financial_data/search?keywords=ibm")
    assert answer.status_code == 401
