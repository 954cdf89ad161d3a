"""`/financial_data/…`, each with and without a trailing slash."""

from django.urls import re_path

from barline_gateway.registry import imports, views

urlpatterns = [
    re_path(r"^add/?$", views.AddView.as_view()),
    re_path(r"^remove/?$", views.RemoveView.as_view()),
    re_path(r"^refresh/?$", views.RefreshView.as_view()),
    re_path(r"^import/?$", imports.ImportView.as_view()),
    re_path(r"^search/?$", imports.SearchView.as_view()),
    re_path(r"^data/?$", views.DataView.as_view()),
]
