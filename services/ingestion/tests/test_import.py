"""`POST /symbols/{symbol}/import` over real HTTP: all of a file, or nothing."""

from collections.abc import Callable, Iterator
from datetime import date

import httpx
import numpy as np
import pytest
from sqlalchemy import text

from barline_core.bar_reader import read_bars
from barline_core.db import Database
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.history import real_history
from barline_sandbox.series import ListedSeries, adjusted_closes

Connect = Callable[..., httpx.Client]
HISTORY = real_history()
AAPL = HISTORY["AAPL"]


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings],
    internal_client: Connect,
    register: Callable[..., None],
) -> httpx.Client:
    register("AAPL", "IBM")
    return internal_client(create_app(make_settings()), service="ingestion")


def csv_of(series: ListedSeries, *, adjusted: bool = False, factor: float = 1.0) -> str:
    title = ",Adj Close" if adjusted else ""
    closes = np.round(adjusted_closes(series), 6)
    rows = [f"Date,Open,High,Low,Close{title},Volume"]
    for row, day in enumerate(series.date):
        prices = [column[row] * factor for column in (series.open, series.high, series.low)]
        cells = [day, *prices, series.close[row] * factor]
        cells += [closes[row]] if adjusted else []
        rows.append(",".join(str(cell) for cell in (*cells, series.volume[row])))
    return "\n".join(rows) + "\n"


def send(client: httpx.Client, body: str | bytes | Iterator[bytes], **query: str) -> httpx.Response:
    return client.post("/symbols/AAPL/import", params=query, content=body)


def stored(database: Database, table: str = "daily_bar") -> int:
    with database.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM market.{table}")))  # noqa: S608


def test_a_yahoo_file_brings_bars_and_the_actions_its_adjusted_close_implies(
    client: httpx.Client, database: Database
) -> None:
    answer = send(client, "\ufeff" + csv_of(AAPL, adjusted=True))
    assert answer.status_code == 200, answer.text
    document = answer.json()
    counts = {name: document[name] for name in ("rows", "added", "revised", "splits", "dividends")}
    assert counts == {"rows": 3270, "added": 3270, "revised": 0, "splits": 2, "dividends": 3}
    assert document["coverage"]["capability"] == "import"
    assert [finding["id"] for finding in document["findings"]] == ["split-suspected"]
    with database.transaction() as session:
        series = read_bars(session, "AAPL")
    assert np.array_equal(series.close, AAPL.close)
    assert np.array_equal(series.split_ratio, AAPL.split)
    np.testing.assert_allclose(series.dividend, AAPL.dividend, atol=1e-4)
    assert series.actions_known


def test_the_same_file_again_changes_nothing(client: httpx.Client, database: Database) -> None:
    version = send(client, csv_of(AAPL)).json()["data_version"]
    again = send(client, csv_of(AAPL)).json()
    assert (again["added"], again["revised"], again["unchanged"]) == (0, 0, 3270)
    assert again["data_version"] == version
    assert stored(database, "daily_bar_revision") == 0


def test_a_correction_keeps_the_older_version(client: httpx.Client, database: Database) -> None:
    send(client, csv_of(AAPL))
    text_of = csv_of(AAPL).replace("430.47", "431.47")
    assert send(client, text_of).json()["revised"] == 1
    assert stored(database, "daily_bar_revision") == 1


def test_one_malformed_row_keeps_the_whole_file_out(
    client: httpx.Client, database: Database
) -> None:
    lines = csv_of(AAPL).splitlines()
    lines[1000] = lines[1000].replace(",", ";", 1)
    lines[2000] = "2010-01-01,null,null,null,null,null"
    answer = send(client, "\n".join(lines))
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"].endswith("/file-not-usable")
    assert problem["detail"] == "The file has 6 mistakes; nothing of it was stored."
    assert [error["pointer"] for error in problem["errors"]] == ["/file/1001", *["/file/2001"] * 5]
    assert problem["errors"][0]["detail"] == "Line 1001: 5 cells where the header has 6."
    assert stored(database) == 0


def test_a_file_that_is_not_text_is_refused(client: httpx.Client) -> None:
    answer = send(client, b"Date,Open,High,Low,Close\n2013-03-01,\xff\xfe,1,1,1\n")
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["detail"]


def test_a_file_of_another_share_is_refused(client: httpx.Client, database: Database) -> None:
    send(client, csv_of(AAPL))
    answer = send(client, csv_of(HISTORY["MSFT"]))
    assert (answer.status_code, answer.json()["title"]) == (
        409,
        "The file contradicts the stored bars",
    )
    assert stored(database) == 3270


def test_oddities_of_the_market_become_findings(client: httpx.Client) -> None:
    rows = "Date,Open,High,Low,Close,Volume\n2013-02-27,5,4,6,5,0\n2013-03-01,-1,6,-2,50,7\n"
    document = send(client, rows).json()
    assert {finding["id"] for finding in document["findings"]} == {
        "actions-unknown",
        "high-below-low",
        "missing-sessions",
        "non-positive-price",
        "open-close-outside-range",
        "split-suspected",
        "zero-volume",
    }


def test_split_adjusted_prices_need_their_splits(client: httpx.Client, database: Database) -> None:
    late = AAPL.rows(slice(1200, 1300))  # around the split of 2005-02-28
    answer = send(client, csv_of(late), prices="split_adjusted")
    assert answer.status_code == 409
    assert "Add a column `split`" in answer.json()["detail"]
    assert stored(database) == 0


def test_split_adjusted_prices_with_a_split_column_are_stored_as_traded(
    client: httpx.Client, database: Database
) -> None:
    late = AAPL.rows(slice(1200, 1300))
    row = int(np.flatnonzero(late.split == 2.0)[0])
    factor = np.where(np.arange(100) < row, 0.5, 1.0)
    lines = ["date,open,high,low,close,volume,split"]
    for at, day in enumerate(late.date):
        prices = [late.open[at], late.high[at], late.low[at], late.close[at]]
        cells = [day, *(price * factor[at] for price in prices)]
        cells += [int(late.volume[at] / factor[at]), late.split[at]]
        lines.append(",".join(str(cell) for cell in cells))
    assert send(client, "\n".join(lines), prices="split_adjusted").status_code == 200
    with database.transaction() as session:
        series = read_bars(session, "AAPL")
    np.testing.assert_allclose(series.close, late.close, atol=5e-5)
    assert np.array_equal(series.volume, late.volume)
    assert series.split_ratio[row] == 2.0


def test_our_own_export_is_read_back_the_same(client: httpx.Client, database: Database) -> None:
    send(client, csv_of(AAPL, adjusted=True))
    export = client.get("/symbols/AAPL/bars", params={"format": "csv"}).text
    answer = client.post("/symbols/IBM/import", content=export)
    assert answer.status_code == 200, answer.text
    with database.transaction() as session:
        ours, again = read_bars(session, "AAPL"), read_bars(session, "IBM")
    for name in ("date", "open", "high", "low", "close", "volume", "split_ratio", "dividend"):
        assert np.array_equal(getattr(ours, name), getattr(again, name))


def test_a_contradictory_adjusted_close_is_a_finding_beside_given_actions(
    client: httpx.Client,
) -> None:
    rows = (
        "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n"
        "2013-03-01,10,10,10,10,10,5,0,1\n2013-02-28,10,10,10,10,9,5,0,1\n"
    )
    found = {finding["id"] for finding in send(client, rows).json()["findings"]}
    assert "adjusted-close-differs" in found


def test_what_no_action_explains_is_named_by_its_line(client: httpx.Client) -> None:
    rows = "date,open,high,low,close,adj close\n2013-03-01,10,10,10,10,10\n2013-02-28,9,9,9,9,12\n"
    answer = send(client, rows)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/file/2"


def test_what_came_after_the_demos_day_may_be_imported(client: httpx.Client) -> None:
    rows = "date,open,high,low,close\n2020-01-02,1,1,1,1\n"
    assert send(client, rows).json()["coverage"]["last_date"] == "2020-01-02"


def test_tomorrow_may_not(client: httpx.Client) -> None:
    rows = f"date,open,high,low,close\n{date(date.today().year + 1, 1, 2)},1,1,1,1\n"  # noqa: DTZ011 - any day far ahead
    assert "lies in the future" in send(client, rows).json()["errors"][0]["detail"]


def test_an_unregistered_symbol_is_a_404(client: httpx.Client) -> None:
    assert client.post("/symbols/NOPE/import", content=b"x").status_code == 404


def test_a_file_over_50_megabytes_is_refused_as_it_comes(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(52):
            yield b"0" * 1024 * 1024

    answer = send(client, endless())
    assert answer.status_code == 413
    assert "50 MB" in answer.json()["detail"]


def test_a_wrong_price_kind_is_a_400(client: httpx.Client) -> None:
    assert send(client, csv_of(AAPL), prices="adjusted").status_code == 400
