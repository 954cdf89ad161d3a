"""Every public route but /livez and /readyz, which HealthMiddleware answers."""

from django.contrib import admin
from django.urls import include, path

from barline_gateway.reporting.views.overview import overview

urlpatterns = [
    path("account/", include("barline_gateway.accounts.urls")),
    path("financial_data/", include("barline_gateway.registry.urls")),
    path("", include("barline_gateway.analysis.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("barline_gateway.openapi.urls")),
    path("reporting", overview),
    path("reporting/", include("barline_gateway.reporting.urls")),
]

handler400 = "barline_gateway.errors.bad_request"
handler403 = "barline_gateway.errors.permission_denied"
handler404 = "barline_gateway.errors.not_found"
handler500 = "barline_gateway.errors.server_error"
