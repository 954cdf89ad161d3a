"""The sandbox's own routes under `/sandbox`, by which a test in another process moves its day,
breaks its answers, restates its history and counts what it was asked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.keys import Tier

Wish = Mapping[str, object]
Action = Callable[[Exchange, Wish], object]


def control_routes() -> Sequence[Route]:
    """One route a thing that can be changed."""
    return (
        Route("/sandbox", route(lambda exchange, _wish: state_of(exchange)), methods=["GET"]),
        Route("/sandbox/clock", route(move_clock), methods=["POST"]),
        Route("/sandbox/faults", route(plan_fault), methods=["POST"]),
        Route("/sandbox/faults", route(clear_faults), methods=["DELETE"]),
        Route("/sandbox/keys", route(set_key), methods=["POST"]),
        Route("/sandbox/restatements", route(restate), methods=["POST"]),
        Route("/sandbox/delistings", route(delist), methods=["POST"]),
        Route("/sandbox/requests", route(list_requests), methods=["GET"]),
        Route("/sandbox/requests", route(forget_requests), methods=["DELETE"]),
    )


def route(action: Action) -> Callable[[Request], object]:
    """A JSON body in, JSON out; what cannot be done is a 400 that says why."""

    async def handle(request: Request) -> Response:
        exchange: Exchange = request.app.state.exchange
        try:
            wish = await request.json() if await request.body() else {}
            return JSONResponse(action(exchange, wish))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return JSONResponse({"detail": f"{type(error).__name__}: {error}"}, 400)

    return handle


def state_of(exchange: Exchange) -> object:
    """Where the sandbox stands."""
    return {
        "market_date": str(exchange.today()),
        "market_time": f"{exchange.market_time:%H:%M}" if exchange.market_time else None,
        "symbols": len(exchange.names or exchange.listing),
        "requests": len(exchange.requests),
        "faults": [
            {"fault": rule.fault, "times": rule.times, "skip": rule.skip}
            for rule in exchange.faults.rules
            if rule.times > 0
        ],
    }


def move_clock(exchange: Exchange, wish: Wish) -> object:
    """`market_date`, or `advance_days` from the day it stands at; `market_time` opens the session."""
    if "market_date" in wish:
        exchange.market_date = date.fromisoformat(str(wish["market_date"]))
    if "advance_days" in wish:
        exchange.market_date = exchange.today() + timedelta(days=int(str(wish["advance_days"])))
    moment = wish.get("market_time")
    exchange.market_time = time.fromisoformat(str(moment)) if moment else None
    return state_of(exchange)


def plan_fault(exchange: Exchange, wish: Wish) -> object:
    """`fault`, and optionally `times`, `skip`, `function` and `symbol`."""
    rule = FaultRule(
        Fault(str(wish["fault"])),
        times=int(str(wish.get("times", 1))),
        function=str(wish.get("function", "")),
        symbol=str(wish.get("symbol", "")).upper(),
        skip=int(str(wish.get("skip", 0))),
    )
    exchange.faults.rules.append(rule)
    return state_of(exchange)


def clear_faults(exchange: Exchange, wish: Wish) -> object:
    exchange.faults.rules.clear()
    return state_of(exchange)


def set_key(exchange: Exchange, wish: Wish) -> object:
    """Make `key` a key of another `tier`."""
    exchange.keys.tiers[str(wish["key"])] = Tier(str(wish["tier"]))
    return state_of(exchange)


def restate(exchange: Exchange, wish: Wish) -> object:
    """Give the session `date` of `symbol` another `close`."""
    symbol, day = str(wish["symbol"]).upper(), date.fromisoformat(str(wish["date"]))
    if np.datetime64(day) not in exchange.listing[symbol].date:
        raise ValueError(f"{symbol} has no session on {day}")
    exchange.restate_close(symbol, day, float(str(wish["close"])))
    return state_of(exchange)


def delist(exchange: Exchange, wish: Wish) -> object:
    """Let `symbol` vanish; with `"listed": true` it comes back."""
    symbol = str(wish["symbol"]).upper()
    (exchange.delisted.discard if wish.get("listed") else exchange.delisted.add)(symbol)
    return state_of(exchange)


def list_requests(exchange: Exchange, wish: Wish) -> object:
    """Every request so far, without keys."""
    return [
        {
            "day": str(one.day),
            "function": one.function,
            "symbol": one.symbol,
            "outputsize": one.output_size,
        }
        for one in exchange.seen
    ]


def forget_requests(exchange: Exchange, wish: Wish) -> object:
    exchange.requests.clear()
    exchange.seen.clear()
    return state_of(exchange)
