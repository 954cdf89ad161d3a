"""`/financial_data/…`: the symbols and their bars."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import cast

import httpx
from django.http import JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from barline_core.problems import FieldError, InvalidInput
from barline_gateway.accounts.audit import note_subject
from barline_gateway.accounts.permissions import principal_of
from barline_gateway.caching import unless_unchanged
from barline_gateway.idempotency import idempotent
from barline_gateway.pagination import page_of
from barline_gateway.registry import selectors, serializers, services
from barline_gateway.registry.tickers import ticker_of
from barline_gateway.upstream import call, relay


class AddView(APIView):
    """Register one symbol or many, and load their history."""

    @idempotent()
    def post(self, request: Request) -> HttpResponseBase:
        query = validated_query(serializers.WaitQuery, request)
        body = serializers.AddBody(data=body_of(request))
        body.is_valid(raise_exception=True)
        asked = cast("dict[str, object]", body.validated_data)
        principal = principal_of(request)
        if "symbols" in asked:
            tickers = cast("list[str]", asked["symbols"])
            return job_answer(services.add_symbols(tickers, principal=principal))
        ticker = str(asked.pop("symbol"))
        loaded = services.add_symbol(
            ticker,
            facts=cast("dict[str, str | None]", asked),
            wait_s=cast("int", query["wait"]),
            principal=principal,
        )
        return added_answer(ticker, loaded)


class RemoveView(APIView):
    """Stop following a symbol."""

    @idempotent()
    def post(self, request: Request) -> HttpResponseBase:
        body = serializers.RemoveBody(data=body_of(request))
        body.is_valid(raise_exception=True)
        asked = cast("dict[str, object]", body.validated_data)
        ticker, purge = str(asked["symbol"]), bool(asked["purge"])
        refused = services.remove_symbol(ticker, purge=purge, principal=principal_of(request))
        if refused is not None:
            return relay(refused)
        return JsonResponse({"symbol": ticker, "active": False, "purged": purge})


class RefreshView(APIView):
    """Fetch what is missing, as a job."""

    @idempotent()
    def post(self, request: Request) -> HttpResponseBase:
        body = serializers.RefreshBody(data=body_of(request))
        body.is_valid(raise_exception=True)
        asked = cast("dict[str, object]", body.validated_data)
        tickers = cast("list[str] | None", asked["symbols"])
        answer = services.refresh(
            tickers, full=bool(asked["full"]), principal=principal_of(request)
        )
        return job_answer(answer)


class DataView(APIView):
    """The registered symbols, or with `symbol` its bars."""

    def get(self, request: Request) -> HttpResponseBase:
        if "symbol" in request.query_params:
            return self._bars(request)
        query = validated_query(serializers.ListQuery, request)
        facts, has_unknown = selectors.registry_facts()
        if has_unknown:
            services.forget_unknown_symbols()
            facts, _ = selectors.registry_facts()
        return unless_unchanged(request, facts, partial(self._list, request, query))

    def _list(self, request: Request, query: Mapping[str, object]) -> HttpResponseBase:
        symbols = selectors.list_symbols(
            search=cast("str | None", query.get("search")),
            ordering=str(query["ordering"]),
            active=cast("bool | None", query["active"]),
        )
        page, size = cast("int", query["page"]), cast("int", query["page_size"])
        return JsonResponse(page_of(request, symbols, page, size, selectors.symbol_document))

    def _bars(self, request: Request) -> HttpResponseBase:
        params = single_parameters(request)
        ticker = ticker_of(params.pop("symbol"))
        bars = partial(
            call,
            "ingestion",
            "GET",
            f"/symbols/{ticker}/bars",
            params=params,
            principal=principal_of(request),
            stream=True,
        )
        facts = selectors.bars_facts(ticker)
        return unless_unchanged(request, facts, lambda: relay(bars()))


def added_answer(ticker: str, loaded: services.Loaded) -> HttpResponseBase:
    """201 when loaded now, 200 when it was there, 202 while loading, else the service's problem."""
    location = f"/financial_data/data?symbol={ticker}"
    if loaded.symbol is None:
        assert loaded.answer is not None  # noqa: S101 - one of the two is always there
        return job_answer(loaded.answer)
    status = HTTPStatus.CREATED if loaded.created else HTTPStatus.OK
    document = selectors.symbol_document(loaded.symbol)
    return JsonResponse(document, status=status, headers={"Location": location})


def job_answer(answer: httpx.Response) -> HttpResponseBase:
    """The service's job, with the public address where it can be followed."""
    response = relay(answer)
    if answer.is_success:
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"/jobs/{answer.json()['id']}"
    return response


def body_of(request: Request) -> object:
    """The body as JSON or a form; forms may repeat `symbols`. The audit log hears what it speaks of."""
    data = request.data
    if isinstance(data, QueryDict):
        names = [name for name in data if name != "csrfmiddlewaretoken"]
        data = {name: data.getlist(name) if name == "symbols" else data[name] for name in names}
    note_subject(request._request, data)  # noqa: SLF001 - DRF's way to Django's own
    return data


def single_parameters(request: Request) -> dict[str, str]:
    """The query as a flat mapping; a parameter given twice is refused, since one would be ignored."""
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        raise InvalidInput(
            f"Given more than once: {', '.join(repeated)}.",
            errors=[FieldError("Give it once.", parameter=name) for name in repeated],
        )
    return {name: str(value) for name, value in request.query_params.items()}


def validated_query(
    serializer: type[serializers.StrictSerializer], request: Request
) -> dict[str, object]:
    """The query's validated values; errors name the parameter."""
    query = serializer(data=single_parameters(request))
    if query.is_valid():
        return cast("dict[str, object]", query.validated_data)
    errors = [
        FieldError(str(detail), parameter=name)
        for name, details in query.errors.items()
        for detail in (details if isinstance(details, list) else [details])
    ]
    names = ", ".join(str(error.parameter) for error in errors)
    raise InvalidInput(f"Please correct: {names}.", errors=errors)
