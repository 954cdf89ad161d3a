"""Django's admin for staff: users, their keys, and the audit log. Its sign-in is the pages' own, with its limits."""

from typing import NoReturn

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


class StaffSite(AdminSite):
    site_header = site_title = "Barline"
    index_title = "Administration"
    site_url = "/reporting/"
    enable_nav_sidebar = False

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """To the pages' sign-in; whoever is signed in already and no staff is told so."""
        if request.user.is_authenticated:
            raise PermissionDenied("These pages are for administrators.")
        there = request.GET.get("next") or request.get_full_path()
        return redirect_to_login(there, resolve_url("reporting:sign-in"))

    def logout(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> NoReturn:
        raise PermissionDenied("Sign out on the pages.")
