"""Whether this process is about to stop. It then closes each connection with its answer, in words that HTTP has for it.

A connection that is kept open and closed without a word may carry a request at that very moment, which is lost.
"""

from pathlib import Path

LAST_ANSWER = (
    "close"  # the value of `Connection` on an answer after which nothing more is sent on it
)


def about_to_stop(sign: Path | None) -> bool:
    """`sign` is the file that whoever stops the process makes some seconds before; None: nobody does."""
    return sign is not None and sign.exists()
