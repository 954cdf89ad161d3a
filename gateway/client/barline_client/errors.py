"""What may go wrong, as exceptions: each says in one line what happened and what to do."""

from barline_client.models import Job, StoredProblem


class BarlineError(Exception):
    """Anything this client raises on purpose."""


class NoSettings(BarlineError):
    """The client does not know where the server is, or has no key for it."""


class ServerUnreachable(BarlineError):
    """No answer came, or it broke off."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url} does not answer ({reason}); is it running, and is BARLINE_URL right?"
        )


class BrokenAnswer(BarlineError):
    """The answer is not what the OpenAPI document says: not Barline, or another release of it."""


class Problem(BarlineError):
    """A refusal by the server, as RFC 9457 describes it."""

    advice = ""

    def __init__(self, document: StoredProblem, retry_after_s: float | None = None) -> None:
        self.document = document
        self.retry_after_s = retry_after_s
        super().__init__(self.line())

    @property
    def kind(self) -> str:
        """The last part of `type`, such as `unknown-symbol`."""
        return self.document.type.rsplit("/", 1)[-1].rsplit(":", 1)[-1]

    def line(self) -> str:
        """Title, detail and the parameters at fault, in one line."""
        wrong = "; ".join(
            f"{error.parameter or error.pointer or 'body'}: {error.detail}"
            for error in self.document.errors or ()
        )
        detail = wrong or self.document.detail
        return f"{self.document.title}: {detail} {self.advice}".strip()


class InvalidRequest(Problem):
    """400, 413, 415: mend the request."""


class AccessDenied(Problem):
    """401, 403."""

    advice = "Give a key with --api-key or BARLINE_API_KEY."


class NotFound(Problem):
    """404."""


class Conflict(Problem):
    """409: not possible as things stand."""


class TooManyRequests(Problem):
    """429."""


class Unavailable(Problem):
    """503, 504: later, perhaps."""


class ServerError(Problem):
    """500, 502: nothing a caller can mend."""


BY_STATUS: dict[int, type[Problem]] = {
    400: InvalidRequest,
    401: AccessDenied,
    403: AccessDenied,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    415: InvalidRequest,
    429: TooManyRequests,
    503: Unavailable,
    504: Unavailable,
}


class JobFailed(Problem):
    """The job ended with a problem of its own."""


class JobCancelled(BarlineError):
    """Somebody cancelled the job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(f"Job {job.id} was cancelled; start it again to have its result.")


def problem_of(document: StoredProblem, status: int, retry_after_s: float | None) -> Problem:
    """The exception of a status."""
    kind = BY_STATUS.get(status, ServerError if status >= 500 else InvalidRequest)
    return kind(document, retry_after_s)
