"""Every failure is a problem, and none shows what is inside."""

import httpx
import pytest

from barline_core.problems import CONTENT_TYPE


def test_an_unknown_path_is_a_problem(client: httpx.Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_method_is_a_problem(client: httpx.Client) -> None:
    assert client.put("/financial_data/data").json()["type"].endswith("/method-not-allowed")


@pytest.mark.parametrize("path", ["/back_test", "/ai_prediction", "/reports", "/jobs/backtest-1"])
def test_a_service_that_is_down_is_a_503_with_retry_after(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"].endswith("/service-unavailable")
    assert "127.0.0.1" not in answer.text


def test_a_job_of_no_service_is_a_404(client: httpx.Client) -> None:
    assert client.get("/jobs/nobody-1").status_code == 404


def test_a_wrong_format_is_a_400_that_names_it(client: httpx.Client) -> None:
    answer = client.get("/back_test", params={"symbol": "IBM", "format": "exe"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"parameter": "format", "detail": "One of json, html, pdf."}]


def test_the_callers_request_id_is_kept(client: httpx.Client) -> None:
    answer = client.get("/financial_data/data", headers={"X-Request-Id": "mine-12345"})
    assert answer.headers["x-request-id"] == "mine-12345"


def test_an_unknown_host_is_refused_without_an_echo(gateway_url: str) -> None:
    refused = httpx.get(gateway_url + "/reporting/", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert "evil.example" not in refused.text


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/readyz/"])
def test_a_probe_by_the_address_of_a_pod_is_answered(gateway_url: str, path: str) -> None:
    assert httpx.get(gateway_url + path, headers={"Host": "10.244.0.37:8000"}).status_code == 200
