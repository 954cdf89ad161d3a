"""Options that several commands have."""

from typing import Any

import typer

from barline_client.calls.assumptions import Windows

SPAN_PARTS = 3


def day(words: str) -> Any:  # noqa: ANN401 - as typer.Option says of itself
    return typer.Option(help=words, formats=["%Y-%m-%d"])


def windows(written: str) -> Windows:
    """`5:205:10` is 5, 15, … up to but not including 205; `5:205` has every window."""
    parts = written.split(":")
    if not all(part.isdecimal() for part in parts) or len(parts) not in (2, SPAN_PARTS):
        raise typer.BadParameter(
            f"{written} is no range of windows; write START:STOP:STEP, such as 5:205:10."
        )
    start, stop, step = (int(part) for part in (*parts, "1")[:SPAN_PARTS])
    return Windows(start=start, stop=stop, step=step)
