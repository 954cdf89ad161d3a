"""The id that names one request in the logs of every process it passes through."""

import re
from uuid import uuid4

REQUEST_ID_HEADER = "X-Request-Id"
VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{8,64}")


def request_id_of(value: str | None) -> str:
    """The caller's request id when it is one, else a new one."""
    return value if value and VALID_REQUEST_ID.fullmatch(value) else uuid4().hex
