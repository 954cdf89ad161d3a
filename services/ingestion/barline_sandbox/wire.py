"""Alpha Vantage's wire format: JSON pretty-printed with every value a string, or CSV with CRLF;
newest first.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from barline_sandbox.series import ListedSeries, adjusted_closes

DAILY = "TIME_SERIES_DAILY"
DAILY_ADJUSTED = "TIME_SERIES_DAILY_ADJUSTED"
SPLITS = "SPLITS"
DIVIDENDS = "DIVIDENDS"
SYMBOL_SEARCH = "SYMBOL_SEARCH"
BAR_FUNCTIONS = (DAILY, DAILY_ADJUSTED)
FUNCTIONS = (*BAR_FUNCTIONS, SPLITS, DIVIDENDS, SYMBOL_SEARCH)

COMPACT_BARS = 100
MOST_MATCHES = 10
# Region, opening, closing, time zone and currency of a search result: New York's, then London's.
PLACES = (
    ("United States", "09:30", "16:00", "UTC-04", "USD"),
    ("United Kingdom", "08:00", "16:30", "UTC+01", "GBX"),
)
INFORMATION = {
    DAILY: "Daily Prices (open, high, low, close) and Volumes",
    DAILY_ADJUSTED: "Daily Time Series with Splits and Dividend Events",
}
COLUMNS = {
    DAILY: ("open", "high", "low", "close", "volume"),
    DAILY_ADJUSTED: (
        "open",
        "high",
        "low",
        "close",
        "adjusted close",
        "volume",
        "dividend amount",
        "split coefficient",
    ),
}
SPLIT_COLUMNS = ("effective_date", "split_factor")
DIVIDEND_COLUMNS = (
    "ex_dividend_date",
    "declaration_date",
    "record_date",
    "payment_date",
    "amount",
)
SEARCH_COLUMNS = (
    "symbol",
    "name",
    "type",
    "region",
    "marketOpen",
    "marketClose",
    "timezone",
    "currency",
    "matchScore",
)


def bar_rows(function: str, series: ListedSeries) -> list[tuple[str, ...]]:
    """Rows `(date, …the function's columns)` as strings, newest first.

    DAILY has four decimals; DAILY_ADJUSTED plain floats, with four decimals for the dividend alone.
    """
    dates = [str(day) for day in series.date]
    volume = [str(shares) for shares in series.volume]
    prices = (series.open, series.high, series.low, series.close)
    if function == DAILY:
        columns = [dates, *([f"{price:.4f}" for price in column] for column in prices), volume]
    else:
        columns = [
            dates,
            *(plain(column) for column in (*prices, adjusted_closes(series))),
            volume,
            [f"{amount:.4f}" for amount in series.dividend],
            plain(series.split),
        ]
    return list(zip(*columns, strict=True))[::-1]


def plain(column: Iterable[float]) -> list[str]:
    return [repr(float(value)) for value in column]


def bars_json(function: str, series: ListedSeries, output_size: str, *, last_refreshed: str) -> str:
    """The body of the two daily functions."""
    fields = [f"{number}. {name}" for number, name in enumerate(COLUMNS[function], start=1)]
    meta = {
        "1. Information": INFORMATION[function],
        "2. Symbol": series.symbol,
        "3. Last Refreshed": last_refreshed,
        "4. Output Size": "Full size" if output_size == "full" else "Compact",
        "5. Time Zone": "US/Eastern",
    }
    rows = {row[0]: dict(zip(fields, row[1:], strict=True)) for row in bar_rows(function, series)}
    return pretty({"Meta Data": meta, "Time Series (Daily)": rows})


def bars_csv(function: str, series: ListedSeries) -> str:
    header = ("timestamp", *(name.replace(" ", "_") for name in COLUMNS[function]))
    return csv(header, bar_rows(function, series))


def split_rows(series: ListedSeries) -> list[tuple[str, ...]]:
    rows = np.flatnonzero(series.split != 1.0)[::-1]
    return [(str(series.date[row]), f"{series.split[row]:.4f}") for row in rows]


def dividend_rows(series: ListedSeries) -> list[tuple[str, ...]]:
    """Dividends newest first; the source tells neither declaration nor payment, which the wire
    writes as None.
    """
    rows = np.flatnonzero(series.dividend != 0.0)[::-1]
    return [
        (str(series.date[row]), "None", "None", "None", f"{series.dividend[row]:.10g}")
        for row in rows
    ]


def events_json(symbol: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The body of SPLITS and DIVIDENDS."""
    return pretty(
        {"symbol": symbol, "data": [dict(zip(columns, row, strict=True)) for row in rows]}
    )


def search_rows(names: Mapping[str, str], keywords: str) -> list[tuple[str, ...]]:
    """Shares whose symbol or name holds the keywords, the better match first, at most ten."""
    wanted = keywords.casefold()
    scored = [(match_score(symbol, name, wanted), symbol) for symbol, name in names.items()]
    found = sorted(
        ((score, symbol) for score, symbol in scored if score > 0.0),
        key=lambda pair: (-pair[0], pair[1]),
    )[:MOST_MATCHES]
    return [
        (symbol, names[symbol], "Equity", *PLACES[symbol.endswith(".LON")], f"{score:.4f}")
        for score, symbol in found
    ]


def match_score(symbol: str, name: str, wanted: str) -> float:
    """1 for the very symbol, else how much of the symbol or the name the keywords cover, else 0."""
    texts = (symbol.casefold(), name.casefold())
    return max(
        (len(wanted) / len(text) for text in texts if wanted and wanted in text), default=0.0
    )


def search_json(rows: Iterable[Sequence[str]]) -> str:
    fields = [f"{number}. {name}" for number, name in enumerate(SEARCH_COLUMNS, start=1)]
    return pretty({"bestMatches": [dict(zip(fields, row, strict=True)) for row in rows]})


def message(kind: str, text: str) -> str:
    """A body of one sentence, under `Information`, `Note` or `Error Message`."""
    return pretty({kind: text})


def pretty(document: object) -> str:
    return json.dumps(document, indent=4)


def csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"{','.join(row)}\r\n" for row in (header, *rows))
