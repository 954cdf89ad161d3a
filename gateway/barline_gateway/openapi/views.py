"""`/api/schema/` and `/api/docs/`."""

import json
from functools import cache

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from rest_framework.request import Request
from rest_framework.views import APIView

from barline_gateway.openapi.document import document
from barline_gateway.registry.serializers import FormatQuery
from barline_gateway.registry.views import validated_query
from barline_gateway.reporting.pages import page

YAML = "application/yaml"


class SchemaView(APIView):
    """The OpenAPI document, as JSON unless YAML is asked for."""

    def get(self, request: Request) -> HttpResponse:
        wanted = str(validated_query(FormatQuery, request)["format"])
        kind = YAML if wanted == "yaml" else "application/json"
        return HttpResponse(written(wanted), content_type=kind)


@require_GET
@page
def docs(request: HttpRequest) -> HttpResponse:
    """The document for people, with the routes to try; everything it loads is served from here."""
    return render(request, "openapi/docs.html")


@cache
def written(form: str) -> bytes:
    if form == "yaml":
        return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True).encode()
    return json.dumps(document()).encode()
