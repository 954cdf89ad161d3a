"""User name and password, in our own markup."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.validators import MaxLengthValidator

from barline_gateway.reporting.forms.fields import PageRenderer


class SignInForm(AuthenticationForm):
    default_renderer = PageRenderer()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on unchanged
        self.label_suffix = ""
        username = self.fields["username"]
        assert isinstance(username, forms.CharField)  # noqa: S101 - Django's own
        username.label = "User name"
        longest = (
            username.max_length or 150
        )  # Django shows it to the browser, but does not check it
        username.validators.append(MaxLengthValidator(longest))


class PasswordForm(PasswordChangeForm):
    """The present password, and the new one twice."""

    default_renderer = PageRenderer()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on unchanged
        self.label_suffix = ""
        self.fields["old_password"].label = "Present password"
        self.fields["new_password2"].label = "New password again"
