"""Reads splits, dividends and search results, JSON or CSV; an empty list is a good answer too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from barline_ingestion.cells import PayloadError, Row, csv_rows, numbers, parsed_date

EVENT_FIELDS = {
    "split": ("effective_date", "split_factor"),
    "dividend": ("ex_dividend_date", "amount"),
}


@dataclass(frozen=True, slots=True)
class Actions:
    """Splits (new shares for an old one) or dividends (cash a share) by ex-date, oldest first."""

    kind: str
    ex_date: tuple[date, ...]
    value: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One share a search found."""

    symbol: str
    name: str
    type: str
    region: str
    currency: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Matches:
    found: tuple[Match, ...]


def events_from_json(document: Mapping[str, object], *, kind: str) -> Actions:
    """The splits or dividends of a JSON answer; none is a good answer too."""
    rows = document["data"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PayloadError("the list of events does not hold objects")
    return events_from_rows(rows, kind)


def events_from_csv(text: str, *, kind: str) -> Actions:
    return events_from_rows(csv_rows(text), kind)


def events_from_rows(rows: Sequence[Row], kind: str) -> Actions:
    date_field, value_field = EVENT_FIELDS[kind]
    dates = [parsed_date(str(row.get(date_field, ""))) for row in rows]
    values = numbers([str(row.get(value_field, "")) for row in rows], value_field).tolist()
    ordered = sorted(zip(dates, values, strict=True))
    return Actions(
        kind=kind,
        ex_date=tuple(day for day, _ in ordered),
        value=tuple(value for _, value in ordered),
    )


def matches_from_json(document: Mapping[str, object]) -> Matches:
    """The shares of a search; none is a good answer too."""
    rows = document["bestMatches"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PayloadError("the list of matches does not hold objects")
    return Matches(
        tuple(
            match({name.partition(". ")[2]: value for name, value in row.items()}) for row in rows
        )
    )


def matches_from_csv(text: str) -> Matches:
    return Matches(tuple(match(row) for row in csv_rows(text)))


def match(row: Row) -> Match:
    try:
        return Match(
            symbol=row["symbol"].upper(),
            name=row["name"],
            type=row["type"],
            region=row["region"],
            currency=row["currency"],
            time_zone=row["timezone"],
        )
    except KeyError as error:
        raise PayloadError(f"a match has no {error.args[0]}") from error
