"""Signing in and out, and changing one's password."""

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache

from barline_core.problems import Problem
from barline_gateway.accounts.audit import note_attempt, note_outcome
from barline_gateway.accounts.signing_in import count_sign_in
from barline_gateway.errors import page_or_problem
from barline_gateway.reporting.forms.sign_in import PasswordForm, SignInForm
from barline_gateway.reporting.pages import page


class SignInView(LoginView):
    template_name = "reporting/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        note_attempt(request, request.POST.get("username", ""))
        try:
            count_sign_in(request)
        except Problem as problem:
            return page_or_problem(request, problem)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The page again, which is a 200 to a browser; the audit log has what it was."""
        note_outcome(self.request, 401)
        return super().form_invalid(form)


class PasswordView(PasswordChangeView):
    """A new password ends all other sessions of its owner; API keys stay valid until they are revoked."""

    template_name = "reporting/account/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("reporting:account")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        count_sign_in(request, what="password")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Your password is changed; other browsers are signed out.")
        return super().form_valid(form)


def sign_in(request: HttpRequest) -> HttpResponseBase:
    return SignInView.as_view()(request)


sign_out = LogoutView.as_view()


@never_cache
@page
def password(request: HttpRequest) -> HttpResponse:
    return PasswordView.as_view()(request)  # type: ignore[return-value]  # a page is rendered when it is returned
