"""One's API keys: made, shown once, revoked; and what one has used."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from barline_core.problems import NotFound, Problem
from barline_gateway.accounts.keys import create_key, revoke_key
from barline_gateway.accounts.models import ApiKey
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.forms.account import KeyForm
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem
from barline_gateway.reporting.schemas import BUDGET, COUNTED, read
from barline_gateway.reporting.usage import rate_in_words
from barline_gateway.upstream import Service

MOST_REVOKED = 10
KEPT: tuple[tuple[str, Service, str], ...] = (
    ("runs", "backtest", "/back_test/runs"),
    ("reports", "reports", "/reports"),
)


@require_GET
@never_cache
@page
def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    return show(request, user, KeyForm(may_administer=user.is_staff))


@require_GET
@page
def usage(request: HttpRequest) -> HttpResponse:
    """What one has made; asked for by htmx after the page is there, for services may be slow or down."""
    context: dict[str, object] = {"rate": rate_in_words(settings.ENVIRONMENT.throttle_rate)}
    for name, service, path in KEPT:
        with suppress(PageProblem, Problem):  # what is down is left out; the rest is still true
            context[name] = read(COUNTED, ask(request, service, path, params={"page_size": "1"}))
    with suppress(PageProblem, Problem):
        context["budget"] = read(BUDGET, ask(request, "ingestion", "/budget"))
    template = "part" if is_htmx(request) else "page"
    return render(request, f"reporting/account/usage_{template}.html", context)


@require_POST
@never_cache
@page
def keys(request: HttpRequest) -> HttpResponse:
    """Make a key. This answer is the only place its text ever stands in, so there is no redirect."""
    user = signed_in(request)
    form = KeyForm(request.POST, may_administer=user.is_staff)
    if not form.is_valid():
        return show(request, user, form)
    text = make_key(user, form)
    return show(request, user, KeyForm(may_administer=user.is_staff), new_key=text)


@require_POST
@page
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    key = ApiKey.objects.filter(pk=key_id, user=signed_in(request)).first()
    if key is None:
        raise NotFound("There is no such key of yours.")
    revoke_key(key)
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("reporting:account")


def show(request: HttpRequest, user: User, form: KeyForm, *, new_key: str = "") -> HttpResponse:
    template = "reporting/account/keys.html" if is_htmx(request) else "reporting/account/page.html"
    mine = ApiKey.objects.filter(user=user)
    context = {
        "form": form,
        "keys": mine.filter(revoked_at=None),
        "revoked": mine.exclude(revoked_at=None).order_by("-revoked_at")[:MOST_REVOKED],
        "new_key": new_key,
        "now": timezone.now(),
    }
    return render(request, template, context)


def make_key(user: User, form: KeyForm) -> str:
    days = form.lifetime_days
    _, text = create_key(
        user=user,
        name=form.cleaned_data["name"],
        scope=form.chosen_scope,
        expires_at=None if days is None else timezone.now() + timedelta(days=days),
    )
    return text


def signed_in(request: HttpRequest) -> User:
    """The person `page` let in."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user
