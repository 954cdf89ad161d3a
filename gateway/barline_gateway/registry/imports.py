"""`/financial_data/import` and `/financial_data/search`: bars from a file, and symbols by name."""

from http import HTTPStatus
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from barline_gateway.accounts.audit import note_subject
from barline_gateway.accounts.permissions import principal_of
from barline_gateway.idempotency import idempotent
from barline_gateway.registry import serializers, services
from barline_gateway.registry.views import validated_query
from barline_gateway.upstream import call, relay


class ImportView(APIView):
    """A CSV of bars, passed on in pieces: a large one is on disk, never whole in memory."""

    parser_classes = (MultiPartParser,)

    @idempotent()
    def post(self, request: Request) -> HttpResponseBase:
        body = serializers.ImportBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = cast("dict[str, object]", body.validated_data)
        ticker = str(asked["symbol"])
        note_subject(request._request, asked)  # noqa: SLF001 - DRF's way to Django's own
        answer, created = services.import_bars(
            ticker,
            cast("UploadedFile[bytes]", asked["file"]).chunks(),
            prices=str(asked["prices"]),
            follow=cast("bool | None", asked["follow"]),
            principal=principal_of(request),
        )
        response = relay(answer)
        if answer.is_success:
            response.status_code = HTTPStatus.CREATED if created else HTTPStatus.OK
            response.headers["Location"] = f"/financial_data/data?symbol={ticker}"
        return response


class SearchView(APIView):
    """Shares by name or symbol. It may cost a request of the day's budget."""

    stores_on_get = True

    def get(self, request: Request) -> HttpResponseBase:
        query = validated_query(serializers.SearchQuery, request)
        params = {"keywords": str(query["keywords"])}
        principal = principal_of(request)
        return relay(call("ingestion", "GET", "/search", params=params, principal=principal))
