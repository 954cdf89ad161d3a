"""The column names of the CSV files people have: Alpha Vantage's, Yahoo's, Stooq's, and our own."""

from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "timestamp", "data"),
    "open": ("open", "otwarcie"),
    "high": ("high", "najwyzszy"),
    "low": ("low", "najnizszy"),
    "close": ("close", "close/last", "zamkniecie"),
    "volume": ("volume", "vol", "wolumen"),
    "adjusted_close": ("adjusted_close", "adj_close", "adj._close", "adjclose"),
    "dividend": ("dividend_amount", "dividends", "dividend"),
    "split": ("split_coefficient", "stock_splits", "split"),
}
REQUIRED = ("date", "open", "high", "low", "close")
NAMES: Mapping[str, str] = {text: name for name, texts in SYNONYMS.items() for text in texts}
DELIMITERS = ",;\t"


def delimiter_of(header: str) -> str:
    """The character that separates the cells: the one the header has most of."""
    return max(DELIMITERS, key=header.count)


def normal(title: str) -> str:
    """`<CLOSE>`, `5. adjusted close` and `Adj Close` in one way of writing."""
    bare = title.strip().strip('"').strip("<>").lower()
    number, dot, rest = bare.partition(". ")
    return (rest if dot and number.isdigit() else bare).strip().replace(" ", "_")


def columns_of(titles: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each known column stands, and the titles that mean nothing to us.

    A title that comes twice counts once: the first.
    """
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, title in enumerate(titles):
        name = NAMES.get(normal(title))
        if name is None or name in places:
            ignored.append(title.strip())
        else:
            places[name] = place
    return places, tuple(ignored)
