"""The sandbox's route `GET /query`, in the order in which Alpha Vantage decides: key, limits,
function, symbol.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from barline_sandbox import wire, wordings
from barline_sandbox.control import control_routes
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, faulty_answer, json_answer

STALL_LOOK_S = 0.05
STALL_LOOKS = 2400  # two minutes, longer than any client waits
ACCEPTED = ("*/*", "application/json", "application/*", "text/csv", "text/*")
FAULT_HEADER, FAULT_PARAMETER = "x-sandbox-fault", "sandbox_fault"


def create_app(exchange: Exchange) -> Starlette:
    """The server over one exchange, which stays the caller's to change, as do `/sandbox/…`."""
    app = Starlette(routes=[Route("/query", query, methods=["GET"]), *control_routes()])
    app.state.exchange = exchange
    return app


async def query(request: Request) -> Response:
    exchange: Exchange = request.app.state.exchange
    parameters = dict(request.query_params)
    exchange.note(parameters)
    if not acceptable(request.headers.get("accept", "*/*")):
        return JSONResponse({"detail": "Could not satisfy the request Accept header."}, 406)
    try:
        fault = wished_fault(request) or exchange.faults.take(parameters)
    except ValueError as error:
        return JSONResponse({"detail": str(error)}, 400)
    if fault is Fault.STALL:
        await stall(request)
    await asyncio.sleep(exchange.latency_s)
    answered = await asyncio.to_thread(answer, exchange, parameters)
    if fault is Fault.CUT_OFF:
        return cut_off(bytes(answered.body))
    if fault is not None:
        return faulty_answer(fault, parameters, bytes(answered.body).decode())
    return answered


def wished_fault(request: Request) -> Fault | None:
    """The fault a request asks for itself; a name that is none is an error of the test."""
    name = request.headers.get(FAULT_HEADER) or request.query_params.get(FAULT_PARAMETER)
    return Fault(name) if name else None


async def stall(request: Request) -> None:
    """Say nothing until the caller has hung up."""
    for _ in range(STALL_LOOKS):
        if await request.is_disconnected():
            return
        await asyncio.sleep(STALL_LOOK_S)


def cut_off(body: bytes) -> Response:
    """Half of the body, though the whole length was promised: the connection breaks."""

    async def half() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionAbortedError("as the test wished")

    headers = {"Content-Length": str(len(body))}
    return StreamingResponse(half(), media_type="application/json", headers=headers)


def acceptable(header: str) -> bool:
    return any(part.partition(";")[0].strip() in ACCEPTED for part in header.split(","))


def answer(exchange: Exchange, parameters: Mapping[str, str]) -> Response:
    """The true answer to a request."""
    key, function = parameters.get("apikey", ""), parameters.get("function", "")
    if not key:
        return json_answer(wire.message("Error Message", wordings.KEY_MISSING))
    if function not in wire.FUNCTIONS:
        return json_answer(wire.message("Error Message", wordings.no_such_function(function)))
    refusal = exchange.keys.refuse(key, parameters, exchange.today())
    if refusal is not None:
        return json_answer(wire.message(refusal.kind, refusal.text))
    if function == wire.SYMBOL_SEARCH:
        return search(exchange, parameters)
    if function in wire.BAR_FUNCTIONS:
        return bars(exchange, parameters)
    return events(exchange, parameters)


def bars(exchange: Exchange, parameters: Mapping[str, str]) -> Response:
    function, output_size = parameters["function"], parameters.get("outputsize", "compact")
    series = exchange.series(parameters.get("symbol", "").upper())
    if series is None or output_size not in {"compact", "full"}:
        return json_answer(wire.message("Error Message", wordings.invalid_call(function)))
    if output_size == "compact":
        series = series.newest(wire.COMPACT_BARS)
    if parameters.get("datatype") == "csv":
        symbol = series.symbol
        return csv_answer(wire.bars_csv(function, series), f"daily_{symbol}.csv")
    refreshed = exchange.last_refreshed(series)
    return json_answer(wire.bars_json(function, series, output_size, last_refreshed=refreshed))


def events(exchange: Exchange, parameters: Mapping[str, str]) -> Response:
    """SPLITS and DIVIDENDS; an unlisted symbol has none, which is no error upstream."""
    function, symbol = parameters["function"], parameters.get("symbol", "").upper()
    if not symbol:
        return json_answer(wire.message("Error Message", wordings.invalid_call(function)))
    series = exchange.series(symbol)
    columns = wire.SPLIT_COLUMNS if function == wire.SPLITS else wire.DIVIDEND_COLUMNS
    select = wire.split_rows if function == wire.SPLITS else wire.dividend_rows
    rows = select(series) if series is not None else []
    if parameters.get("datatype") == "csv":
        return csv_answer(wire.csv(columns, rows), f"{function.lower()}_{symbol}.csv")
    return json_answer(wire.events_json(symbol, columns, rows))


def search(exchange: Exchange, parameters: Mapping[str, str]) -> Response:
    rows = wire.search_rows(exchange.all_names(), parameters.get("keywords", ""))
    if parameters.get("datatype") == "csv":
        return csv_answer(wire.csv(wire.SEARCH_COLUMNS, rows), "search.csv")
    return json_answer(wire.search_json(rows))


def csv_answer(body: str, filename: str) -> Response:
    return Response(
        body,
        media_type="application/x-download",
        headers={"Content-Disposition": f"attachment; filename={filename}"},
    )
