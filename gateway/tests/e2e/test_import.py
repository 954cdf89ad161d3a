"""A file of bars and a search by name, through the whole system and from the command line."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

MANAGE = Path(__file__).parents[2] / "manage.py"
ROWS = "".join(f"2013-02-{day},10,11,9,{10 + day / 100},100\n" for day in (25, 26, 27, 28))
CSV = "Date,Open,High,Low,Close,Volume\n" + ROWS


def upload(api: httpx.Client, symbol: str, text: str) -> httpx.Response:
    files = {"file": ("bars.csv", text.encode(), "text/csv")}
    return api.post("/financial_data/import", data={"symbol": symbol}, files=files)


def test_a_share_nobody_else_has_is_imported_and_not_followed(api: httpx.Client) -> None:
    first = upload(api, "own.share", CSV)
    assert first.status_code == 201, first.text
    assert first.headers["location"] == "/financial_data/data?symbol=OWN.SHARE"
    assert (first.json()["added"], first.json()["coverage"]["capability"]) == (4, "import")
    assert upload(api, "OWN.SHARE", CSV).json()["unchanged"] == 4
    document = api.get("/financial_data/data?symbol=OWN.SHARE").json()
    assert [bar["close"] for bar in document["bars"]] == [10.25, 10.26, 10.27, 10.28]
    (row,) = api.get("/financial_data/data?search=OWN.SHARE").json()["results"]
    assert (row["active"], row["status"]) == (False, "ready")


def test_a_refused_file_leaves_no_symbol_behind(api: httpx.Client) -> None:
    answer = upload(api, "BROKEN", CSV + "2013-03-01,x,1,1,1,1\n")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/file/6", "detail": "Line 6: open: 'x' is no number."}
    ]
    assert api.get("/financial_data/data?search=BROKEN").json()["count"] == 0


def test_a_file_far_over_the_limit_of_other_bodies_passes(api: httpx.Client) -> None:
    """Refused in the end for its dates, but read to its last row."""
    text = (
        "Date,Open,High,Low,Close,Volume\n"
        + "2013-02-28,10.25,10.5,10.125,10.375,123456\n" * 80_000
    )
    answer = upload(api, "LARGE", text)
    assert answer.status_code == 400, answer.text
    assert "79999 mistakes" in answer.json()["detail"]


def test_a_search_finds_a_share_by_its_name(api: httpx.Client) -> None:
    found = api.get("/financial_data/search", params={"keywords": "microsoft"}).json()
    assert [match["symbol"] for match in found["matches"]] == ["MSFT"]
    again = api.get("/financial_data/search", params={"keywords": "Microsoft"}).json()
    assert again["cached"]


@pytest.fixture
def manage(stack: "object", tmp_path: Path) -> "object":
    home = str(stack.home)  # type: ignore[attr-defined]  # the fixture of this folder's conftest

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ
        }
        return subprocess.run(
            [sys.executable, str(MANAGE), "barline", *arguments],
            env={**kept, "BARLINE_HOME": home},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_operators_commands_do_the_same(manage: "object", tmp_path: Path) -> None:
    added = manage("add", "ibm")
    assert added.returncode == 0, added.stderr
    assert "1 symbol is up to date." in added.stdout
    assert "succeeded" in manage("refresh", "IBM").stdout
    file = tmp_path / "bars.csv"
    file.write_text(CSV)
    assert "SHELL (new): 4 sessions added" in manage("import", "shell", str(file)).stdout
    status = manage("status")
    assert "paid key" in status.stdout
    assert "IBM          ready: 3270 sessions 2000-03-01..2013-03-01" in status.stdout
    assert "SHELL        ready, not followed: 4 sessions" in status.stdout
    file.write_text("nonsense\n")
    refused = manage("import", "shell", str(file))
    assert refused.returncode != 0
    assert "The header has no column" in refused.stderr
    unknown = manage("add", "NOSUCHSHARE")
    assert unknown.returncode != 0
    assert "Alpha Vantage does not know NOSUCHSHARE" in unknown.stderr
