"""Reads of the registry."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q, QuerySet

from barline_gateway.registry.models import Symbol, SymbolStatus
from barline_gateway.statements import first_row

COLUMNS = {
    "symbol": "ticker",
    "last_date": "status__last_date",
    "sessions": "status__sessions",
    "missing_sessions": "status__missing_sessions",
    "last_success_at": "status__last_success_at",
}


def list_symbols(
    *, search: str | None = None, ordering: str = "symbol", active: bool | None = None
) -> QuerySet[Symbol]:
    """Registered symbols with their status; those without one come last."""
    symbols = Symbol.objects.select_related("status")
    if search:
        symbols = symbols.filter(Q(ticker__icontains=search) | Q(name__icontains=search))
    if active is not None:
        symbols = symbols.filter(active=active)
    column = F(COLUMNS[ordering.removeprefix("-")])
    order = (
        column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
    )
    return symbols.order_by(order, "ticker")


UNKNOWN_TYPE_SUFFIX = "/unknown-symbol"
REGISTRY_STATE = """
    SELECT count(*), md5(string_agg(symbol.id || ':' || symbol.xmin || ':' || coalesce(status.xmin::text, ''), ','
                                    ORDER BY symbol.id)),
           coalesce(bool_or(status.sessions = 0 AND status.problem ->> 'type' LIKE '%%' || %s), false)
    FROM market.symbol LEFT JOIN market.symbol_status AS status ON status.symbol_id = symbol.id
"""
BARS_STATE = """
    SELECT symbol.ticker, md5(ROW(symbol.name, symbol.currency, status.data_version, status.state, status.first_date,
                                  status.last_date, status.sessions, status.missing_sessions, status.capability,
                                  status.findings)::text)
    FROM market.symbol JOIN market.symbol_status AS status ON status.symbol_id = symbol.id
    WHERE symbol.ticker = %s AND status.data_version IS NOT NULL
"""


def registry_facts() -> tuple[Mapping[str, object], bool]:
    """Which version of every row the registry has, and whether a symbol in it is unknown upstream.

    PostgreSQL gives a row a new `xmin` whenever it is written, so one query tells whether anything has changed.
    """
    row = first_row(REGISTRY_STATE, UNKNOWN_TYPE_SUFFIX)
    assert row is not None  # noqa: S101 - an aggregate always has one
    count, rows, has_unknown = row
    return {"count": count, "rows": rows}, bool(has_unknown)


def bars_facts(ticker: str) -> Mapping[str, object] | None:
    """All that the answer with a symbol's bars depends on, bar the address; nothing when there is none to give."""
    row = first_row(BARS_STATE, ticker)
    return None if row is None else {"ticker": row[0], "state": row[1]}


def status_of(symbol: Symbol) -> SymbolStatus | None:
    try:
        return symbol.status
    except SymbolStatus.DoesNotExist:
        return None


def symbol_document(symbol: Symbol) -> dict[str, object]:
    """The public shape of a registered symbol."""
    status = status_of(symbol)
    return {
        "symbol": symbol.ticker,
        "name": symbol.name,
        "exchange": symbol.exchange,
        "currency": symbol.currency,
        "active": symbol.active,
        "status": status.state if status else "pending",
        "coverage": {
            "first_date": status and status.first_date,
            "last_date": status and status.last_date,
            "sessions": status.sessions if status else 0,
            "missing_sessions": status.missing_sessions if status else 0,
            "capability": status and status.capability,
        },
        "last_bar": status and status.last_date,
        "last_refresh": instant(status.last_success_at) if status else None,
        "data_version": status and status.data_version,
        "findings": status.findings if status else [],
        "problem": status and status.problem,
    }


def instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")
