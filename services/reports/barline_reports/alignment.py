"""Numbers under each other with their decimal points in one line, whatever unit or number of digits they have."""

import re
from collections.abc import Sequence

from markupsafe import Markup

# A sign, digits with thousands, then what stands right of the units: decimals, a percent sign.
NUMBER = re.compile(r"[+\u2212]?\d[\d,]*((?:\.\d+)?%?)")
DIGIT = re.compile(r"\d")


def aligned(cells: Sequence[str]) -> list[Markup]:
    """The cells of a right-aligned column; shorter tails are followed by the rest of the longest, unseen.

    A hidden piece of text is as wide as what it stands for, in any font; readers and copies leave it out. What is no
    number (a date, "n/a") stays as it is.
    """
    tails = [None if (found := NUMBER.fullmatch(cell)) is None else found[1] for cell in cells]
    known = [tail for tail in tails if tail]
    decimals = max((tail.rstrip("%") for tail in known), key=len, default="")
    longest = DIGIT.sub("0", decimals) + ("%" if any(tail.endswith("%") for tail in known) else "")
    return [
        padded(cell, None if tail is None else missing(tail, longest))
        for cell, tail in zip(cells, tails, strict=True)
    ]


def missing(tail: str, longest: str) -> str:
    """What has to follow `tail` to make it as wide as `longest`: `0%` after `.1` below `.00%`."""
    decimals = tail.rstrip("%")
    percent = longest[len(longest.rstrip("%")) :] if decimals == tail else ""
    return longest.rstrip("%")[len(decimals) :] + percent


def padded(cell: str, unseen: str | None) -> Markup:
    if not unseen:
        return Markup.escape(cell)
    return Markup('{}<span class="unseen" aria-hidden="true">{}</span>').format(cell, unseen)
