"""`Idempotency-Key`: a POST sent twice is done once, and answered the same.

A key belongs to its user and is kept for a day. The same key with another request is refused, and so is a duplicate
while the first is still being worked on. Refusals and failures are not kept: nothing was done, so the same key may be
used again with what is mended.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from rest_framework.request import Request

from barline_core.problems import Conflict, FieldError, InvalidInput
from barline_gateway.accounts.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
VALID_KEY = re.compile(
    r'"?[\x21\x23-\x7e]{1,250}"?'
)  # visible ASCII; a string of RFC 8941, or bare
KEPT_FOR = timedelta(hours=24)
WORKED_ON_FOR = timedelta(minutes=5)  # longer than any request; then its process has died
LARGEST_KEPT_BYTES = 1_000_000
KEPT_HEADERS = ("Content-Type", "Location")

View = TypeVar("View")
Post = Callable[..., HttpResponseBase]


class KeyReused(Conflict):
    type = "idempotency-key-reused"
    title = "The Idempotency-Key was used for another request"


class StillWorking(Conflict):
    type = "still-working"
    title = "The first request with this Idempotency-Key is not finished"


class ShownOnce(Conflict):
    type = "shown-once"
    title = "The answer was given already and is not kept"


def idempotent(*, secret: bool = False) -> Callable[[Post], Post]:
    """For a view's `post`: honours the header. Of a `secret` answer a replay says only that it was given."""

    def decorate(post: Post) -> Post:
        @wraps(post)
        def answer(view: object, request: Request, **parts: str) -> HttpResponseBase:
            key = wanted_key(request)
            if key is None:
                return post(view, request, **parts)
            kept, is_new = begin(request, key)
            if not is_new:
                return replay(kept, secret=secret)
            try:
                response = post(view, request, **parts)
            except BaseException:
                kept.delete()
                raise
            finish(kept, response, secret=secret)
            return response

        return answer

    return decorate


def wanted_key(request: Request) -> str | None:
    text = request.headers.get(HEADER)
    if text is not None and not VALID_KEY.fullmatch(text):
        advice = "Send 1 to 250 visible ASCII characters, such as a UUID."
        error = FieldError(advice, parameter=HEADER)
        raise InvalidInput(f"Please correct: {HEADER}.", errors=(error,))
    return text


def begin(request: Request, key: str) -> tuple[KeptAnswer, bool]:
    """The row of this key, and whether it was made by this request."""
    now, fingerprint = timezone.now(), fingerprint_of(request)
    assert request.user.pk is not None  # noqa: S101 - permission let somebody in
    mine = KeptAnswer.objects.filter(user_id=request.user.pk, key=key)
    mine.filter(expires_at__lte=now).delete()
    mine.filter(status=None, begun_at__lte=now - WORKED_ON_FOR).delete()
    try:
        with transaction.atomic():
            kept = KeptAnswer.objects.create(
                user_id=request.user.pk,
                key=key,
                fingerprint=fingerprint,
                begun_at=now,
                expires_at=now + KEPT_FOR,
            )
    except IntegrityError:
        found = mine.first()
        if found is None or (found.fingerprint == fingerprint and found.status is None):
            raise StillWorking(
                "The first request with this key is being worked on; ask again for its answer.",
                headers={"Retry-After": "1"},
            ) from None
        if found.fingerprint != fingerprint:
            raise KeyReused("Send a new key with a new request, or repeat the first one.") from None
        return found, False
    return kept, True


def finish(kept: KeptAnswer, response: HttpResponseBase, *, secret: bool) -> None:
    """Keep the answer of what was done; a refusal, a failure and what is too large to keep are forgotten."""
    if not isinstance(response, HttpResponse) or response.status_code >= HTTPStatus.BAD_REQUEST:
        kept.delete()
        return
    if len(response.content) > LARGEST_KEPT_BYTES:
        kept.delete()
        return
    kept.status = response.status_code
    kept.headers = {
        name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
    }
    kept.body = b"" if secret else bytes(response.content)
    kept.save(update_fields=["status", "headers", "body"])


def replay(kept: KeptAnswer, *, secret: bool) -> HttpResponse:
    if secret:
        where = {name: kept.headers[name] for name in ("Location",) if name in kept.headers}
        raise ShownOnce(
            "This was done when the key was first sent; the answer held a secret that is shown once.",
            headers=where,
        )
    headers = {**kept.headers, REPLAYED: "true"}
    return HttpResponse(bytes(kept.body), status=kept.status, headers=headers)


def fingerprint_of(request: Request) -> str:
    """A digest of what is asked: method, address, and the body by its meaning."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in body_parts(request.data):
        digest.update(part)
    return digest.hexdigest()


def body_parts(data: Any) -> Iterable[bytes]:  # noqa: ANN401 - whatever a parser gave
    """The body in pieces; a file by its content, since a retry comes with another boundary."""
    if not isinstance(data, QueryDict):
        yield json.dumps(data, sort_keys=True).encode()
        return
    for name, values in sorted(data.lists()):
        for value in values:
            yield f"{name}\n".encode()
            if isinstance(value, UploadedFile):
                yield from value.chunks()
                value.seek(0)
            else:
                yield f"{value}\n".encode()
