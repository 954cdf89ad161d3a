"""Which site Django's admin serves; apart from the site itself, since Django reads this before any model."""

from django.contrib.admin.apps import AdminConfig


class StaffAdmin(AdminConfig):
    default_site = "barline_gateway.administration.StaffSite"
