"""Made-up requests against the whole system: no failure of ours, and every answer as the OpenAPI document says.

`make fuzz` runs many more of them than the test suite; the same ones each time.
"""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = int(os.environ.get("FUZZ_CASES", "300"))  # in all; `make fuzz` sets it
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
REAL_SYMBOLS = ("IBM", "MSFT", "AAPL", "GOOG")
NOBODYS_KEY = "999999999"  # the key of these requests must not end itself
PDF_IN = 25  # a PDF takes seconds, so of so many cases one asks for it


@pytest.fixture(scope="module")
def known(api: httpx.Client) -> dict[str, str]:
    """Objects that exist, for the places in an address."""
    run = api.get("/back_test", params={"symbol": "MSFT", "winbuy": 50, "winsell": 200}).json()
    windows = {"start": 5, "stop": 25, "step": 10}
    grid = {"winbuy": windows, "winsell": windows}
    sweep = api.post("/back_test/sweeps", json={"symbols": ["IBM"], **grid}).json()
    api.get("/back_test", params={"symbol": "MSFT", "winbuy": 50, "winsell": 200, "format": "html"})
    report = api.get("/reports").json()["results"][0]["id"]
    ids = {"run_id": run["run_id"], "study_id": sweep["id"], "report_id": report}
    return ids | {"job_id": sweep["job"]["id"], "key_id": NOBODYS_KEY}


@pytest.fixture(scope="module")
def api(stack: Any) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


def likely(case: Case, known: dict[str, str]) -> Case:
    """Half of the cases name what exists; none waits long, ends its own key or deletes what other tests use."""
    seed = hash_of(case)
    for name, value in known.items():
        if name in (case.path_parameters or {}) and (seed % 2 or name == "key_id"):
            case.path_parameters[name] = value
    query = case.query or {}
    if isinstance(query.get("symbol"), str) and seed % 2:
        query["symbol"] = REAL_SYMBOLS[seed % len(REAL_SYMBOLS)]
    if "wait" in query and str(query["wait"]).replace(".", "").isdigit():
        query["wait"] = 0
    if query.get("format") == "pdf" and seed % PDF_IN:
        query["format"] = "json"
    if isinstance(case.body, dict) and isinstance(case.body.get("symbols"), list) and seed % 2:
        case.body["symbols"] = ["IBM"]
    return case


def hash_of(case: Case) -> int:
    text = f"{case.path_parameters}{case.query}{case.body}"
    return sum(text.encode(errors="replace"))


def test_no_request_breaks_it_and_every_answer_is_in_the_document(
    api: httpx.Client, known: dict[str, str]
) -> None:
    document = api.get("/api/schema/").raise_for_status().json()
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations()]
    each = -(
        -CASES // (2 * len(operations))
    )  # of good and of bad input; a stranger sends a quarter of it more
    sent: dict[int, int] = {}
    wrong: list[str] = []
    for operation in operations:
        for headers in (dict(api.headers), {}):
            for mode in MODES:
                wrong += problems_of(operation, mode, headers, each, api, known, sent)
    print(
        f"\n{sum(sent.values())} requests to {len(operations)} operations: {dict(sorted(sent.items()))}"
    )
    assert wrong == []
    assert sum(sent.values()) >= CASES


def problems_of(
    operation: Any,
    mode: GenerationMode,
    headers: dict[str, str],
    each: int,
    api: httpx.Client,
    known: dict[str, str],
    sent: dict[int, int],
) -> list[str]:
    """What is wrong with the answers to one operation's cases."""
    wrong: list[str] = []
    count = each if headers else max(1, each // 4)

    @hypothesis.settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        likely(case, known)
        response = case.call(base_url=str(api.base_url), headers=bearer(headers), timeout=90)
        sent[response.status_code] = sent.get(response.status_code, 0) + 1
        where = f"{operation.method} {operation.path} {mode.value}: {case.as_curl_command()[:600]}"
        if response.status_code >= 500:
            wrong.append(f"{response.status_code} {where} {response.text[:300]}")
        try:
            case.validate_response(response, checks=CHECKS)
        except (schemathesis.Failure, *FAILURES) as failure:
            wrong.append(f"{where}: {failure!s:.1200}")

    try:
        send()
    except hypothesis.errors.Unsatisfiable:
        return wrong  # an operation without input has no wrong one
    return wrong


FAILURES = (BaseExceptionGroup,)


def bearer(headers: dict[str, str]) -> dict[str, str]:
    name = "authorization"
    return {name: headers[name]} if name in headers else {}
