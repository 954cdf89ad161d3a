"""CSV files as people have them, and what is said about each wrong row."""

from datetime import date

import numpy as np
import pytest

from barline_ingestion.import_file import ERRORS_KEPT, FileRejected, ImportedFile, read_file

TODAY = date(2013, 3, 2)
ALPHA_VANTAGE = (
    "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n"
    "2013-03-01,10.5,11.0,10.0,10.8,10.8,1200,0.0000,1.0\r\n"
    "2013-02-28,10.0,10.9,9.9,10.5,10.4,1000,0.1,1.0\r\n"
)
YAHOO = (
    "Date,Open,High,Low,Close,Adj Close,Volume\n"
    "2013-02-28,10.0,10.9,9.9,10.5,10.4,1000\n"
    "2013-03-01,10.5,11.0,10.0,10.8,10.8,1200\n"
)
STOOQ = (
    "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
    "IBM.US,D,20130228,000000,10.0,10.9,9.9,10.5,1000,0\n"
    "IBM.US,D,20130301,000000,10.5,11.0,10.0,10.8,1200,0\n"
)
STOOQ_POLISH = (
    "Data;Otwarcie;Najwyzszy;Najnizszy;Zamkniecie;Wolumen\n"
    "2013-02-28;10.0;10.9;9.9;10.5;1000\n2013-03-01;10.5;11.0;10.0;10.8;1200\n"
)
YFINANCE = (
    "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n"
    "2013-02-28 00:00:00-05:00,10.0,10.9,9.9,10.5,1000,0.1,0.0\n"
    "2013-03-01 00:00:00-05:00,10.5,11.0,10.0,10.8,1200,0.0,2.0\n"
)


def read(text: str) -> ImportedFile:
    return read_file(text.splitlines(keepends=True), last_date=TODAY)


def errors(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FileRejected) as rejected:
        read(text)
    return [(error.line, error.detail) for error in rejected.value.errors]


@pytest.mark.parametrize("text", [ALPHA_VANTAGE, YAHOO, STOOQ, STOOQ_POLISH, YFINANCE])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_files_people_have_are_read_alike(text: str, mark: str) -> None:
    bars = read(mark + text).bars
    assert bars.date.astype(str).tolist() == ["2013-02-28", "2013-03-01"]
    assert bars.open.tolist() == [10.0, 10.5]
    assert bars.high.tolist() == [10.9, 11.0]
    assert bars.low.tolist() == [9.9, 10.0]
    assert bars.close.tolist() == [10.5, 10.8]
    assert bars.volume.tolist() == [1000, 1200]


def test_the_adjustment_columns_are_taken_along() -> None:
    adjusted = read(ALPHA_VANTAGE).bars
    assert adjusted.adjusted_close is not None
    assert adjusted.adjusted_close.tolist() == [10.4, 10.8]
    assert adjusted.dividend is not None
    assert adjusted.dividend.tolist() == [0.1, 0.0]
    yfinance = read(YFINANCE).bars
    assert yfinance.split is not None
    assert yfinance.split.tolist() == [1.0, 2.0]  # 0.0 is Yahoo's word for none


def test_columns_that_mean_nothing_are_named() -> None:
    assert read(STOOQ).ignored_columns == ("<TICKER>", "<PER>", "<TIME>", "<OPENINT>")


def test_a_file_without_volume_has_none() -> None:
    assert read("date,open,high,low,close\n2013-03-01,1,1,1,1\n").bars.volume.tolist() == [0.0]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("2013-03-01,1,2,1", "4 cells where the header has 6."),
        ("2013-13-01,1,2,1,1,5", "date: '2013-13-01' is no date such as 2013-03-01."),
        ("01/03/2013,1,2,1,1,5", "date: '01/03/2013' is no date such as 2013-03-01."),
        ("2013-03-03,1,2,1,1,5", "date: 2013-03-03 lies in the future."),
        ("1700-03-03,1,2,1,1,5", "date: 1700-03-03 lies before any exchange's first session."),
        ("2013-03-01,null,2,1,1,5", "open: 'null' is no number."),
        ("2013-03-01,1,inf,1,1,5", "high: 'inf' is no number."),
        ("2013-03-01,1,2,,1,5", "low: '' is no number."),
        ("2013-03-01,1,2,1,1_0,5", "close: '1_0' is no number."),
        ("2013-03-01,1,2,1,1,-5", "volume: -5 is below zero."),
        ("2013-03-01,1,2,1,1,1e19", "volume: 1e19 is beyond 1e+15."),
        ("2013-03-01,1,1e308,1,1,5", "high: 1e308 is beyond 1e+15."),
    ],
)
def test_a_malformed_row_is_named_by_its_line(row: str, complaint: str) -> None:
    text = f"date,open,high,low,close,volume\n2013-02-28,1,2,1,1,5\n{row}\n"
    assert errors(text) == [(3, complaint)]


def test_every_wrong_cell_of_a_row_is_named() -> None:
    text = "date,open,high,low,close,volume\nsoon,x,2,1,y,5\n"
    assert [detail.partition(":")[0] for _, detail in errors(text)] == ["date", "open", "close"]


def test_a_day_that_comes_twice_is_malformed() -> None:
    row = "2013-02-28,1,2,1,1,5\n"
    found = errors("date,open,high,low,close,volume\n" + row + row)
    assert found == [(3, "date: 2013-02-28 was in line 2 already.")]


@pytest.mark.parametrize("text", ["", "date,open,high,low\n", "a,b\n1,2\n", "\n\n"])
def test_a_file_without_the_columns_is_refused(text: str) -> None:
    (found,) = errors(text)
    assert found[0] == 1
    assert "no column" in found[1]


def test_a_header_alone_is_refused() -> None:
    assert errors("date,open,high,low,close\n") == [(2, "There is no row below the header.")]


def test_the_list_of_complaints_ends_but_counts_on() -> None:
    text = "date,open,high,low,close\n" + "x,1,1,1,1\n" * 1000
    with pytest.raises(FileRejected) as rejected:
        read(text)
    assert (len(rejected.value.errors), rejected.value.count) == (ERRORS_KEPT, 1000)


def test_odd_prices_are_the_markets_business() -> None:
    bars = read("date,open,high,low,close,volume\n2013-03-01,-37.6,1,2,0,0\n").bars
    assert (bars.open[0], bars.high[0], bars.low[0]) == (-37.6, 1.0, 2.0)


def test_a_hundred_thousand_rows_are_read_in_any_order() -> None:
    days = np.arange("1800-01-01", "2013-01-01", dtype="datetime64[D]")
    shuffled = np.random.default_rng(1).permutation(days)
    rows = "".join(f"{day},1,2,1,1.5,10\n" for day in shuffled)
    file = read("date,open,high,low,close,volume\n" + rows)
    assert np.array_equal(file.bars.date, days)
    assert [int(line) - 2 for line in file.line[:2]] == [
        int(np.flatnonzero(shuffled == day)[0]) for day in days[:2]
    ]
