"""Made-up requests against the whole system: no failure of ours, and every answer as the OpenAPI document says.

`make fuzz` runs many more of them than the test suite; the same ones each time.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from gateway.tests.e2e.conftest import Stack

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
def api(stack: "Stack") -> Iterator[httpx.Client]:
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


@dataclass(slots=True)
class Tally:
    """Where to and about what requests are sent; how many, by status, and what was wrong with the answers."""

    api: httpx.Client
    known: dict[str, str]
    sent: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def test_no_request_breaks_it_and_every_answer_is_in_the_document(
    api: httpx.Client, known: dict[str, str]
) -> None:
    document = api.get("/api/schema/").raise_for_status().json()
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations()]
    each = -(
        -CASES // (2 * len(operations))
    )  # of good and of bad input; a stranger sends a quarter of it more
    tally = Tally(api, known)
    key = {"Authorization": api.headers["Authorization"]}
    for operation in operations:
        for mode in MODES:
            send_all(operation.as_strategy(generation_mode=mode), key, each, tally)
            send_all(operation.as_strategy(generation_mode=mode), {}, each // 4, tally)
    total = tally.sent.total()
    print(f"\n{total} requests to {len(operations)} operations: {dict(sorted(tally.sent.items()))}")
    assert tally.wrong == []
    assert total >= CASES


def send_all(
    cases: SearchStrategy[Case],
    headers: dict[str, str],
    count: int,
    tally: Tally,
) -> None:
    """Send `count` of the cases, and hold each answer against the document."""

    @hypothesis.settings(
        max_examples=max(1, count),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=cases)
    def send(case: Case) -> None:
        likely(case, tally.known)
        response = case.call(base_url=str(tally.api.base_url), headers=headers, timeout=90)
        tally.sent[response.status_code] += 1
        where = case.as_curl_command()[:600]
        if response.status_code >= 500:
            tally.wrong.append(f"{response.status_code} {where} {response.text[:300]}")
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            tally.wrong.append(f"{where}: {failure!s:.1200}")

    with contextlib.suppress(
        hypothesis.errors.Unsatisfiable
    ):  # without input there is no wrong one
        send()


def test_an_answer_that_is_not_in_the_document_is_noticed(
    api: httpx.Client, known: dict[str, str]
) -> None:
    """Else the test above could not fail."""
    document = api.get("/api/schema/").raise_for_status().json()
    document["components"]["schemas"]["Health"]["required"] = ["colour"]
    schema = schemathesis.openapi.from_dict(document)
    tally = Tally(api, known)
    send_all(schema["/livez"]["GET"].as_strategy(), {}, 1, tally)
    assert len(tally.wrong) == 1
    assert "colour" in tally.wrong[0]
