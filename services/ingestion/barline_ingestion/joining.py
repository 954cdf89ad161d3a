"""Whether new bars may be put behind stored ones: they must prove to continue the same share."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from barline_core.bars import BarSeries
from barline_ingestion.bar_payload import Bars
from barline_ingestion.quality import Finding

# Half of the fourth decimal: one function of the upstream rounds there, the other does not.
PRICE_TOLERANCE = 5e-5


class Join(StrEnum):
    """How new bars relate to the stored ones."""

    FIRST = "first"  # nothing is stored yet
    PROVEN = "proven"  # at least one shared session has equal values
    UNPROVEN = "unproven"  # no session is shared: a ticker may have been given to another company
    CONTRADICTED = "contradicted"  # sessions are shared and not one of them agrees


@dataclass(frozen=True, slots=True)
class JoinCheck:
    join: Join
    finding: Finding | None = None


def check_join(stored: BarSeries, incoming: Bars) -> JoinCheck:
    """Compare the sessions both have: a continuous calendar alone proves nothing."""
    if len(stored) == 0:
        return JoinCheck(Join.FIRST)
    _, ours, theirs = np.intersect1d(
        stored.date, incoming.date, assume_unique=True, return_indices=True
    )
    if len(ours) == 0:
        return JoinCheck(Join.UNPROVEN, gap_finding(stored, incoming))
    equal = np.ones(len(ours), dtype=np.bool_)
    for name in ("open", "high", "low", "close"):
        difference = np.abs(getattr(stored, name)[ours] - getattr(incoming, name)[theirs])
        equal &= difference <= PRICE_TOLERANCE
    if equal.any():
        return JoinCheck(Join.PROVEN)
    return JoinCheck(Join.CONTRADICTED, contradiction_finding(stored.date[ours[0]].item()))


def gap_finding(stored: BarSeries, incoming: Bars) -> Finding:
    before, after = stored.date[-1].item(), incoming.date[0].item()
    return Finding(
        "unproven-join",
        "warning",
        f"The bars from {after} share no session with those up to {before}: that both belong to "
        "the same company is not proven. A full refresh settles it when the key allows one.",
        dates=(before, after),
    )


def contradiction_finding(first_shared: date) -> Finding:
    return Finding(
        "history-disagrees",
        "error",
        f"The newest answer disagrees with every stored session from {first_shared}: the ticker "
        "may have been given to another company. Nothing was changed.",
        dates=(first_shared,),
    )
