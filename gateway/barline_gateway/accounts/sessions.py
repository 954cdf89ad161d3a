"""How long a sign-in lasts: not beyond a week, and not beyond half a day of silence."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from barline_gateway.lifetimes import IDLE_S, LONGEST_S

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SEEN_PRECISION_S = 300  # a write every five minutes, not at each request

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


class SessionAgeMiddleware:
    """Ends a session that is too old or was silent for too long, before anybody asks who it is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:  # a program with a key has none
            check_age(request, now=time.time())
        return self.get_response(request)


def check_age(request: HttpRequest, *, now: float) -> None:
    session = request.session
    signed_in_at = session.get(SIGNED_IN_AT)
    if signed_in_at is None:
        return
    seen_at = session.get(SEEN_AT, signed_in_at)
    if now - signed_in_at > LONGEST_S or now - seen_at > IDLE_S:
        session.flush()
    elif now - seen_at > SEEN_PRECISION_S:
        session[SEEN_AT] = now


@receiver(user_logged_in, dispatch_uid="barline.sessions")
def begin(request: HttpRequest, **_: object) -> None:
    """Django has changed the session's id by now, so that one planted beforehand is worth nothing."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
