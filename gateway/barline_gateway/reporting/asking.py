"""Asks the services in the name of the person at the browser; what they refuse becomes a problem for the page."""

from collections.abc import Mapping

import httpx
from django.http import HttpRequest

from barline_gateway.accounts.models import Scope
from barline_gateway.reporting.problems import from_answer
from barline_gateway.upstream import Principal, Service, call


def principal_of(request: HttpRequest) -> Principal:
    """The signed-in person, who may write, and administer when they are staff."""
    staff = request.user.is_authenticated and request.user.is_staff
    return Principal(
        user_id=request.user.pk,
        scope=(Scope.ADMIN if staff else Scope.WRITE).value,
        request_id=request.META["barline.request_id"],
    )


def ask(
    request: HttpRequest,
    service: Service,
    path: str,
    *,
    method: str = "GET",
    params: Mapping[str, str] | None = None,
    json: object = None,
) -> httpx.Response:
    """The service's answer when it is a good one; raises PageProblem or Problem when not."""
    answer = call(service, method, path, params=params, json=json, principal=principal_of(request))
    return accepted(answer)


def accepted(answer: httpx.Response) -> httpx.Response:
    """The answer itself; raises PageProblem when it is a refusal."""
    if not answer.is_success:
        raise from_answer(answer)
    return answer
