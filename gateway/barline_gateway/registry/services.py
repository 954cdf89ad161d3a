"""Writes to the registry, and what they set off in ingestion."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from django.db import transaction

from barline_core.problems import Conflict, UnknownSymbol
from barline_gateway.registry.models import Symbol
from barline_gateway.registry.selectors import UNKNOWN_TYPE_SUFFIX, status_of
from barline_gateway.upstream import Principal, call

MOST_WAITING = (
    8  # requests that may hold a thread while a symbol loads; the rest get their job at once
)
READ_MARGIN_S = 15.0
IMPORT_TIMEOUT_S = 120.0

_waiting_places = threading.BoundedSemaphore(MOST_WAITING)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of asking for a symbol: its row, or the service's answer that says more."""

    symbol: Symbol | None
    created: bool
    answer: httpx.Response | None


def add_symbol(
    ticker: str, *, facts: Mapping[str, str | None], wait_s: int, principal: Principal
) -> Loaded:
    """Register a symbol and load its history; nothing is left behind when it is unknown upstream."""
    symbol, created = Symbol.objects.get_or_create(
        ticker=ticker, defaults={**facts, "active": True}
    )
    if not created and not symbol.active:
        Symbol.objects.filter(pk=symbol.pk).update(active=True)
    status = status_of(symbol)
    if not created and status is not None and status.state == "ready":
        return Loaded(symbol, created=False, answer=None)
    try:
        answer = _load(ticker, wait_s=wait_s, principal=principal)
    except Exception:
        if created:
            symbol.delete()
        raise
    if answer.is_error and created:
        Symbol.objects.filter(pk=symbol.pk).delete()
    if answer.status_code != HTTPStatus.OK:
        return Loaded(None, created=created, answer=answer)
    loaded = Symbol.objects.select_related("status").filter(ticker=ticker).first()
    return Loaded(loaded, created=created, answer=answer)


def add_symbols(tickers: Sequence[str], *, principal: Principal) -> httpx.Response:
    """Register many at once; one job loads them."""
    with transaction.atomic():
        Symbol.objects.bulk_create(
            [Symbol(ticker=ticker, active=True) for ticker in tickers], ignore_conflicts=True
        )
        Symbol.objects.filter(ticker__in=tickers, active=False).update(active=True)
    return refresh(tickers, full=False, principal=principal)


def remove_symbol(ticker: str, *, purge: bool, principal: Principal) -> httpx.Response | None:
    """Stop following a symbol; `purge` also deletes its data. The service's answer when it refused."""
    symbol = Symbol.objects.filter(ticker=ticker).first()
    if symbol is None:
        raise UnknownSymbol(f"{ticker} is not registered here.")
    if not purge:
        Symbol.objects.filter(pk=symbol.pk).update(active=False)
        return None
    answer = call("ingestion", "DELETE", f"/symbols/{ticker}", principal=principal)
    if answer.is_error:
        return answer
    symbol.delete()
    return None


def refresh(tickers: Sequence[str] | None, *, full: bool, principal: Principal) -> httpx.Response:
    """Ask ingestion for what is missing; all followed symbols when none is named."""
    if tickers is None:
        tickers = list(
            Symbol.objects.filter(active=True).order_by("ticker").values_list("ticker", flat=True)
        )
        if not tickers:
            raise Conflict("No symbol is followed yet; add one with POST /financial_data/add.")
    known = set(Symbol.objects.filter(ticker__in=tickers).values_list("ticker", flat=True))
    unknown = [ticker for ticker in tickers if ticker not in known]
    if unknown:
        raise UnknownSymbol(
            f"Not registered here: {', '.join(unknown[:10])}. Add with POST /financial_data/add."
        )
    body = {"symbols": list(tickers), "full": full}
    return call("ingestion", "POST", "/refreshes", json=body, principal=principal)


def import_bars(
    ticker: str,
    chunks: Iterable[bytes],
    *,
    prices: str,
    follow: bool | None,
    principal: Principal,
) -> tuple[httpx.Response, bool]:
    """Hand a CSV over to ingestion; gives its answer, and whether the symbol is new.

    A new symbol is registered without being followed: its bars may be of a share the upstream does
    not have. Nothing is left behind when the file is refused.
    """
    symbol, created = Symbol.objects.get_or_create(ticker=ticker, defaults={"active": False})
    try:
        answer = call(
            "ingestion",
            "POST",
            f"/symbols/{ticker}/import",
            params={"prices": prices},
            content=chunks,
            principal=principal,
            read_timeout_s=IMPORT_TIMEOUT_S,
        )
    except Exception:
        if created:
            symbol.delete()
        raise
    if answer.is_error and created:
        symbol.delete()
    elif answer.is_success and follow is not None:
        Symbol.objects.filter(pk=symbol.pk).update(active=follow)
    return answer, created


def forget_unknown_symbols() -> None:
    """Unregister what was never loaded and is unknown upstream.

    Ingestion may not write the registry, so whoever looks at it, or at a finished job, cleans up behind it.
    """
    Symbol.objects.filter(
        status__sessions=0, status__problem__type__endswith=UNKNOWN_TYPE_SUFFIX
    ).delete()


def _load(ticker: str, *, wait_s: int, principal: Principal) -> httpx.Response:
    may_wait = wait_s > 0 and _waiting_places.acquire(blocking=False)
    try:
        return call(
            "ingestion",
            "POST",
            f"/symbols/{ticker}/load",
            params={"wait": str(wait_s if may_wait else 0)},
            principal=principal,
            read_timeout_s=wait_s + READ_MARGIN_S,
        )
    finally:
        if may_wait:
            _waiting_places.release()
