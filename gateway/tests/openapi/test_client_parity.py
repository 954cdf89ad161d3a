"""The client against the OpenAPI document: every operation, every parameter sent, every member of every answer."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from barline_client import calls, models
from barline_client.call import BYTES, Call, Upload

GRID = {"start": 5, "stop": 25, "step": 10}
DAY = dt.date(2012, 1, 3)
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ACCOUNT: dict[str, Any] = {
    "initial_investment": 1.0, "start": DAY, "end": DAY, "fill": "next_open", "price_basis": "raw",
    "commission_bps": 1.0,
    "slippage_bps": 1.0, "shares": "whole", "risk_free": 0.1, "known_at": NOW,
}  # fmt: skip
ASSUMED: dict[str, Any] = {**ACCOUNT, "rule": "cross", "average": "ema"}
PAGE: dict[str, Any] = {"page": 1, "page_size": 1}
WINDOW: dict[str, Any] = {"start": DAY, "end": DAY}
BARS: dict[str, Any] = {**WINDOW, "price_basis": "raw", "known_at": NOW}

# Each call with everything it can be told.
FULL: list[Call[Any]] = [
    calls.list_symbols(search="I", ordering="symbol", active=True, **PAGE),
    calls.read_data("IBM", **BARS),
    calls.bars_table("IBM", "csv", **BARS),
    calls.add_symbols("IBM", wait_s=0),
    calls.add_symbols("IBM", "MSFT"),
    calls.remove_symbol("IBM", purge=True),
    calls.refresh_symbols(["IBM"], full=True),
    calls.import_bars("IBM", Upload("a.csv", b""), prices="raw", follow=True),
    calls.search_symbols("I"),
    calls.run_backtest("IBM", winbuy=5, winsell=5, include="trades", **ASSUMED),
    calls.backtest_document("IBM", "pdf", winbuy=5, winsell=5, **ASSUMED),
    calls.list_runs(symbol="IBM", **PAGE),
    calls.read_run("a", include="trades"),
    calls.run_table("a", "csv", part="equity"),
    calls.read_sensitivity("a"),
    calls.verify_run("a"),
    calls.audit_run("a", dates=5, seed=1),
    calls.run_on_forecasts("IBM", threshold_bps=1, model_version="1", vintages="any", include="trades", **ACCOUNT),
    calls.order_sweep(["IBM"], winbuy=GRID, winsell=GRID, wait_s=0, **ASSUMED),
    calls.read_sweep("a", symbol="IBM", include="cells"),
    calls.sweep_table("a", symbol="IBM"),
    calls.order_walk_forward(
        "IBM", winbuy=GRID, winsell=GRID, mode="rolling", objective="cagr", in_sample_sessions=500,
        out_of_sample_sessions=100, wait_s=0, **ASSUMED,
    ),
    calls.read_walk_forward("a"),
    calls.forecast_symbol("IBM", as_of=DAY, include="history"),
    calls.forecast_document("IBM", "html", as_of=DAY),
    calls.forecast_many(["IBM"], as_of=DAY, hindcasts={**WINDOW, "every": 5}),
    calls.read_batch("a", **PAGE),
    calls.read_scorecard("IBM", model_version="1", kind="live", step=1, **WINDOW),
    calls.read_model_card(),
    calls.list_reports(symbol="IBM", kind="backtest", document="pdf", **PAGE),
    calls.download_report("a"),
    calls.delete_report("a"),
    calls.compare_runs("a", "b"),
    calls.comparison_document("a", "b", "pdf"),
    calls.read_job("a"),
    calls.cancel_job("a"),
    calls.list_keys(active=True, ordering="name", **PAGE),
    calls.make_key("a", scope="read", expires_in_days=1),
    calls.read_key(),
    calls.revoke_key("1"),
    calls.rotate_key("1", grace_hours=1),
    calls.read_schema(),
    calls.read_liveness(),
    calls.read_readiness(),
]  # fmt: skip

# What the client does not send, and why.
LEFT_OUT = {
    ("readSchema", "format"): "the client reads JSON",
    ("downloadReport", "disposition"): "how a browser shows it; the client saves it",
    ("addSymbols", "name"): "what Alpha Vantage says of a symbol is kept without being told",
    ("addSymbols", "exchange"): "as name",
    ("addSymbols", "currency"): "as name",
}


@pytest.fixture(scope="module")
def described(django_ready: None) -> Mapping[str, Any]:
    from barline_gateway.openapi.document import document

    return document()


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_every_operation_can_be_called(described: Mapping[str, Any]) -> None:
    named = {operation["operationId"] for _, _, operation in operations(described)}
    assert {call.operation for call in FULL} == named


def test_every_function_is_in_the_list_above() -> None:
    assert len(calls.__all__) == len(FULL) - 1  # add_symbols is there twice


def test_calls_go_where_the_document_says(described: Mapping[str, Any]) -> None:
    known = {one["operationId"]: (method, path) for path, method, one in operations(described)}
    for call in FULL:
        method, path = known[call.operation]
        assert call.method == method
        parts, wanted = call.path.split("/"), path.split("/")
        assert len(parts) == len(wanted)
        assert all(b.startswith("{") or a == b for a, b in zip(parts, wanted, strict=True))


def test_every_parameter_can_be_sent_and_no_other_is(described: Mapping[str, Any]) -> None:
    sent: dict[str, set[str]] = {}
    for call in FULL:
        upload = {"file"} if call.upload else set()
        sent.setdefault(call.operation, set()).update(call.query, call.body or {}, upload)
    for _, _, operation in operations(described):
        name = operation["operationId"]
        left_out = {parameter for which, parameter in LEFT_OUT if which == name}
        assert sent[name] | left_out == taken(operation, described), name


def taken(operation: Mapping[str, Any], described: Mapping[str, Any]) -> set[str]:
    """The names of its query and of its body."""
    names = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        names |= resolved(content["schema"], described)["properties"].keys()
    return names


def resolved(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def test_every_answer_is_read_as_the_shape_of_the_document(described: Mapping[str, Any]) -> None:
    for name in models.__all__:
        schema = getattr(models, name).model_json_schema(by_alias=True)
        wanted = described["components"]["schemas"][name]
        assert plain(schema) == plain(wanted), name


def plain(schema: Mapping[str, Any]) -> dict[str, object]:
    """The members, their types, and which are required, without titles, defaults and null for what may be missing."""
    required = set(schema.get("required", ()))
    members = {
        name: {kind for kind in kinds(inner) if name in required or kind != "null"}
        for name, inner in schema["properties"].items()
    }
    return {"members": members, "required": required}


def kinds(schema: Mapping[str, Any]) -> set[str]:
    """The types a member may have: `[[number]]` is a list of lists of numbers."""
    if "anyOf" in schema:
        return {kind for one in schema["anyOf"] for kind in kinds(one)}
    if "$ref" in schema:
        name: str = schema["$ref"].rsplit("/", 1)[-1]
        return {"any" if name == "JsonValue" else name}
    if schema.get("type") == "array":
        return {f"[{'|'.join(sorted(kinds(schema['items'])))}]"}
    if schema.get("type") == "object":
        return {f"{{{'|'.join(sorted(kinds(schema['additionalProperties'])))}}}"}
    return {schema.get("format") or schema.get("type") or "any"}


def test_each_call_reads_what_its_operation_answers(described: Mapping[str, Any]) -> None:
    answers = {one["operationId"]: one["responses"] for _, _, one in operations(described)}
    for call in FULL:
        if call.answer is BYTES:  # a table or a document: downloaded, not read
            continue
        named = set(answered(answers[call.operation]))
        assert named, call.operation
        read = shapes(call.answer.json_schema())
        if call.operation == "readData":  # one route, two answers: with a symbol, and without
            assert read < named
        else:
            assert read == named, call.operation


def answered(responses: Mapping[str, Any]) -> Iterator[str]:
    """The shapes of its successes."""
    for status, answer in responses.items():
        if not status.startswith("2"):
            continue
        if "content" not in answer:
            yield "null"
            continue
        found = kinds(answer["content"]["application/json"]["schema"])
        yield from {"AnyObject" if kind == "any" else kind for kind in found}


def shapes(schema: Mapping[str, Any]) -> set[str]:
    """The names of what a call is read as."""
    if "anyOf" in schema:
        return kinds(schema)
    if "title" in schema:
        return {schema["title"]}
    return {"AnyObject"} if schema["type"] == "object" else {schema["type"]}
