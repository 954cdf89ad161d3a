"""The audit log: every write, made or refused, by whoever is known."""

from collections.abc import Callable, Mapping

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from barline_gateway.accounts.addresses import client_address
from barline_gateway.accounts.models import ApiKey, AuditEntry

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
SUBJECT_KEY = "barline.subject"
SUBJECT_FIELDS = ("symbol", "symbols", "name")  # nothing secret is ever in these
ACTOR_KEY = "barline.actor"  # who it was, when the answer to the request ends their session
OUTCOME_KEY = "barline.outcome"  # what came of it, when the answer's status does not say so
SHOWN_SUBJECT = 300

log = structlog.get_logger("barline.audit")


class AuditMiddleware:
    """Writes an entry after each request that may have changed something.

    Requests of nobody are in the request log only, or a flood of them would fill the table; sign-ins are the
    exception, since they name somebody and are limited by address.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        note_actor(request)
        response = self.get_response(request)
        note_actor(request)
        actor: tuple[int | None, str] | None = request.META.get(ACTOR_KEY)
        if actor is not None:
            try:
                write_entry(request, actor, request.META.get(OUTCOME_KEY, response.status_code))
            except DatabaseError:  # what was done is done: the answer must still arrive
                log.exception("audit.lost", path=request.path)
        return response


def note_actor(request: HttpRequest) -> None:
    """Who acts, as soon as it is known: signing out forgets it."""
    try:
        user = getattr(request, "user", AnonymousUser())
        if user.is_authenticated:
            request.META[ACTOR_KEY] = (user.pk, user.get_username())
    except DatabaseError as error:  # the view will say so to whoever asked
        log.warning("audit.actor_unknown", error=type(error).__name__)


def note_attempt(request: HttpRequest, username: str) -> None:
    """A sign-in under this name."""
    request.META.setdefault(ACTOR_KEY, (None, username))


def note_outcome(request: HttpRequest, status: int) -> None:
    """A page that says no is a 200 to a browser."""
    request.META[OUTCOME_KEY] = status


def note_subject(request: HttpRequest, fields: object) -> None:
    """What the body speaks of, for the log."""
    if isinstance(fields, Mapping):
        named = (fields.get(name) for name in SUBJECT_FIELDS)
        request.META[SUBJECT_KEY] = ", ".join(words(one) for one in named if one)


def words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value[:50])
    return str(value)


def write_entry(request: HttpRequest, actor: tuple[int | None, str], status: int) -> None:
    user_id, username = actor
    key = getattr(request, "auth", None)
    AuditEntry.objects.create(
        user_id=user_id,
        username=printable(username, 150),
        key_prefix=key.prefix if isinstance(key, ApiKey) else "",
        method=str(request.method)[:10],
        path=printable(request.path, 300),
        subject=printable(str(request.META.get(SUBJECT_KEY, "")), SHOWN_SUBJECT),
        address=client_address(request)[:45],
        request_id=request.META["barline.request_id"],
        status=status,
    )


def printable(text: str, longest: int) -> str:
    """Cut to what a column takes, without what a database or a terminal must not see."""
    return "".join(mark if mark.isprintable() else "·" for mark in text[:longest])
