"""Bodies that come in chunks, without saying how long they are: taken up to the limit, before Django looks.

WSGI knows a body by its Content-Length alone, so Django would read a chunked one as empty.
"""

import json
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

from barline_core.problems import CONTENT_TYPE, Problem, TooLarge
from barline_core.request_ids import REQUEST_ID_HEADER, request_id_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

UPLOAD_PATHS = tuple(
    path + slash for path in ("/financial_data/import", "/reporting/import") for slash in ("", "/")
)
PIECE_BYTES = 64 * 1024
IN_MEMORY_BYTES = 1_000_000


def limit_of(path: str) -> int:
    """How many bytes a body sent to `path` may have."""
    environment = settings.ENVIRONMENT
    limit: int = (
        environment.max_upload_bytes if path in UPLOAD_PATHS else environment.max_body_bytes
    )
    return limit


def with_chunked_bodies(application: Application) -> Application:
    """The application, given chunked bodies as if their length had been announced."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return application(environ, start_response)
        limit = limit_of(environ.get("PATH_INFO", ""))
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            length = take(environ["wsgi.input"], body, limit)
            if length > limit:
                return refuse(environ, start_response, too_large(limit))
            environ["wsgi.input"] = body
            environ["CONTENT_LENGTH"] = str(length)
            body.seek(0)
            return application(environ, start_response)

    return answer


def take(source: IO[bytes], body: "SpooledTemporaryFile[bytes]", limit: int) -> int:
    """Copy up to one byte more than the limit; gives how many came."""
    length = 0
    while length <= limit and (piece := source.read(min(PIECE_BYTES, limit + 1 - length))):
        body.write(piece)
        length += len(piece)
    return length


def too_large(limit: int, length: int | None = None) -> TooLarge:
    has = "has more" if length is None else f"has {length:,}"
    return TooLarge(f"A body may have {limit:,} bytes at most; this one {has}.")


def refuse(environ: Environ, start_response: StartResponse, problem: Problem) -> Iterable[bytes]:
    """The problem as the whole answer; the rest of the body is left unread, so the connection ends."""
    request_id = request_id_of(environ.get("HTTP_X_REQUEST_ID"))
    document = problem.document(instance=environ.get("PATH_INFO", ""), request_id=request_id)
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("Connection", "close"),
        (REQUEST_ID_HEADER, request_id),
    ]
    start_response("413 Content Too Large", headers)
    return [json.dumps(document).encode()]
