"""An answer whose body is still on its way: it keeps its place until it is read or given up."""

import time
from collections.abc import Callable, Iterator

import httpx
import structlog

from barline_core.problems import Problem, ServiceUnavailable, UpstreamTooSlow, UpstreamWrong

log = structlog.get_logger("barline.calls")


class HeldBody(httpx.SyncByteStream):
    """The bytes of an answer; `leave` is called once, when nobody needs the connection any more.

    The whole body has `patience_s` seconds from its head on, however small the pieces in which it comes.
    """

    def __init__(
        self,
        body: httpx.SyncByteStream,
        leave: Callable[[], None],
        service: str,
        patience_s: float,
    ) -> None:
        self._body = body
        self._leave: Callable[[], None] | None = leave
        self._service = service
        self._patience_s = patience_s

    def __iter__(self) -> Iterator[bytes]:
        ends = time.monotonic() + self._patience_s
        try:
            for piece in self._body:
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("the body takes too long")
                yield piece
        except httpx.HTTPError as error:
            self.close()  # whoever reads may only see that reading failed
            raise broken_call(error, self._service, self._patience_s) from error

    def close(self) -> None:
        try:
            self._body.close()
        finally:
            leave, self._leave = self._leave, None
            if leave is not None:
                leave()


def hold(
    answer: httpx.Response, leave: Callable[[], None], service: str, patience_s: float
) -> httpx.Response:
    """The same answer, which calls `leave` when it is closed."""
    body = answer.stream
    if not isinstance(body, httpx.SyncByteStream):
        raise TypeError("only answers of a synchronous client can be held")
    answer.stream = HeldBody(body, leave, service, patience_s)
    return answer


def broken_call(error: httpx.HTTPError, service: str, patience_s: float) -> Problem:
    """What the caller hears of a call that came to no answer, or to half of one."""
    name = type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        log.warning("call.unreachable", upstream=service, error=name)
        return ServiceUnavailable(
            f"The {service} service cannot be reached now; try again shortly."
        )
    if isinstance(error, httpx.TimeoutException):
        log.warning("call.slow", upstream=service, error=name)
        return UpstreamTooSlow(
            f"The {service} service did not answer within {patience_s:.0f} s.",
            headers={"Retry-After": "30"},
        )
    log.warning("call.broken", upstream=service, error=name)
    if broke_off(error):
        return ServiceUnavailable(
            f"The {service} service broke off before it had answered; what it had begun may be done or not."
        )
    return UpstreamWrong(
        f"The {service} service gave an answer that cannot be read; try again.",
        headers={"Retry-After": "5"},
    )


def broke_off(error: httpx.HTTPError) -> bool:
    """Whether the connection ended, as opposed to carrying nonsense. Only its words tell the two apart."""
    words = str(error)
    ended = "Server disconnected" in words or "peer closed connection" in words
    return isinstance(error, httpx.NetworkError) or ended
