"""User name and password, in our own markup."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from barline_gateway.reporting.forms.fields import PageRenderer


class SignInForm(AuthenticationForm):
    default_renderer = PageRenderer()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on unchanged
        self.label_suffix = ""
        username = self.fields["username"]
        assert isinstance(username, forms.CharField)  # noqa: S101 - Django's own
        username.label = "User name"
