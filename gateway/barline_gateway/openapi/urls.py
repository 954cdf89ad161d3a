"""`/api/…`, each with and without a trailing slash."""

from django.urls import re_path

from barline_gateway.openapi.views import SchemaView, docs

urlpatterns = [
    re_path(r"^schema/?$", SchemaView.as_view()),
    re_path(r"^docs/?$", docs, name="api-docs"),
]
