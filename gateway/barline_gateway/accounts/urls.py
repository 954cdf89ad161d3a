"""`/account/keys`, each with and without a trailing slash."""

from django.urls import re_path

from barline_gateway.accounts import views

KEY = r"(?P<key_id>[0-9]{1,15}|current)"

urlpatterns = [
    re_path(r"^keys/?$", views.KeysView.as_view()),
    re_path(rf"^keys/{KEY}/?$", views.KeyView.as_view()),
    re_path(rf"^keys/{KEY}/rotate/?$", views.RotationView.as_view()),
]
