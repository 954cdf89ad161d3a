"""What belongs to one person is not there for another, whatever the route: the same 404 as for a made-up id."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .conftest import Stack

MANAGE = Path(__file__).parents[2] / "manage.py"
MAKE_BOB = """
from django.contrib.auth.models import User
from barline_gateway.accounts.keys import create_key
from barline_gateway.accounts.models import Scope
bob, _ = User.objects.get_or_create(username="bob")
print(create_key(user=bob, name="end to end", scope=Scope.WRITE)[1])
"""
# Every route that names what belongs to somebody, and the objects tried at it.
OWNED: dict[tuple[str, str], tuple[str, ...]] = {
    ("get", "/back_test/runs/{run_id}"): ("run", "run on forecasts"),
    ("get", "/back_test/runs/{run_id}/sensitivity"): ("run",),
    ("post", "/back_test/runs/{run_id}/verify"): ("run", "run on forecasts"),
    ("post", "/back_test/runs/{run_id}/audit"): ("run",),
    ("get", "/back_test/sweeps/{study_id}"): ("sweep",),
    ("get", "/back_test/walk_forwards/{study_id}"): ("walk-forward",),
    ("get", "/ai_prediction/batches/{batch_id}"): ("batch",),
    ("get", "/jobs/{job_id}"): ("sweep's job", "batch", "refresh"),
    ("delete", "/jobs/{job_id}"): ("sweep's job", "batch", "refresh"),
    ("get", "/reports/{report_id}"): ("report",),
    ("delete", "/reports/{report_id}"): ("report",),
}
IN_THE_QUERY = {("get", "/reports/compare")}
OWN_TABLE = "/account/keys/"  # keys have their rows in test_authorisation.py
RANGE = {"start": 20, "stop": 60, "step": 20}
GRID = {"winbuy": RANGE, "winsell": RANGE}
MANY = {"start": "2012-06-01", "end": "2012-11-30", "every": 20}


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


@pytest.fixture(scope="module")
def stranger(stack: Stack) -> Iterator[httpx.Client]:
    """Another person of the same installation; the scope `admin` would show the jobs of all."""
    environment = json.loads((stack.home / "env" / "gateway.json").read_text())
    made = subprocess.run(
        [sys.executable, str(MANAGE), "shell", "--no-imports", "-c", MAKE_BOB],
        env={**environment, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    headers = {"Authorization": f"Bearer {made.stdout.split()[-1]}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def objects(owner: httpx.Client) -> dict[str, str]:
    """One of each kind, by its name in OWNED."""

    def order(path: str, body: object, **query: object) -> dict[str, str]:
        found: dict[str, str] = owner.post(path, json=body, params=query).raise_for_status().json()
        return found

    run = {"symbol": "MSFT", "winbuy": "50", "winsell": "200"}
    report = owner.get("/back_test", params={**run, "format": "html"}).raise_for_status()
    sweep = order("/back_test/sweeps", {"symbols": ["MSFT"], **GRID}, wait=30)
    walk = order("/back_test/walk_forwards", {"symbol": "MSFT", **GRID}, wait=30)
    batch = order("/ai_prediction", {"symbols": ["IBM"], "hindcasts": MANY})["id"]
    while owner.get(f"/jobs/{batch}").json()["finished_at"] is None:
        time.sleep(0.1)
    return {
        "run": owner.get("/back_test", params=run).json()["run_id"],
        "run on forecasts": order("/back_test/forecasts", {"symbol": "IBM"})["run_id"],
        "sweep": sweep["id"],
        "sweep's job": sweep["job"]["id"],
        "walk-forward": walk["id"],
        "batch": batch,
        "refresh": order("/financial_data/refresh", {"symbols": ["IBM"]})["id"],
        "report": report.headers["X-Report-Id"],
    }


def test_every_route_that_names_an_object_has_a_row(owner: httpx.Client) -> None:
    paths = owner.get("/api/schema/").json()["paths"]
    named = {
        (method, path)
        for path, methods in paths.items()
        for method in methods
        if "{" in path and not path.startswith(OWN_TABLE)
    }
    assert named == set(OWNED)
    assert {(method, path) for method, path in IN_THE_QUERY if method in paths[path]}


@pytest.mark.parametrize(("method", "path"), list(OWNED))
def test_an_object_is_not_there_for_another(
    stranger: httpx.Client, objects: dict[str, str], method: str, path: str
) -> None:
    for kind in OWNED[method, path]:
        real = objects[kind]
        made_up = real[:-8] + "00000000"
        refused, nothing = (stranger.request(method, at(path, one)) for one in (real, made_up))
        assert refused.status_code == nothing.status_code == 404, (kind, refused.text)
        told, expected = (answer.json() for answer in (refused, nothing))
        assert told["detail"] == expected["detail"].replace(made_up, real)
        assert (told["type"], told["title"]) == (expected["type"], expected["title"])


def at(path: str, identifier: str) -> str:
    start, rest = path.split("{")
    return start + identifier + rest.split("}")[1]


def test_they_are_still_there_for_their_owner(
    owner: httpx.Client, objects: dict[str, str], stranger: httpx.Client
) -> None:
    for kind in ("report", "sweep's job", "batch"):
        method, path = "delete", "/reports/{}" if kind == "report" else "/jobs/{}"
        stranger.request(method, path.format(objects[kind]))
    for (method, path), kinds in OWNED.items():
        if method == "get":
            for kind in kinds:
                answer = owner.get(at(path, objects[kind]))
                assert answer.status_code in {200, 202}, (kind, path, answer.text)
    assert owner.get(f"/jobs/{objects['batch']}").json()["state"] == "succeeded"


def test_nobody_s_lists_or_comparisons_show_them(
    stranger: httpx.Client, objects: dict[str, str]
) -> None:
    for path in ("/back_test/runs", "/reports"):
        assert stranger.get(path).json()["results"] == []
    mine = stranger.get("/back_test", params={"symbol": "IBM", "winbuy": "5", "winsell": "9"})
    for kind in ("run", "report"):
        sides = {"first": mine.json()["run_id"], "second": objects[kind]}
        answer = stranger.get("/reports/compare", params=sides)
        assert answer.status_code == 404, answer.text
