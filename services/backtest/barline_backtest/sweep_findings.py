"""What a reader should know before believing the best cell of a sweep."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from barline_backtest.backtest import Backtest
from barline_backtest.finding import Finding
from barline_backtest.parameters import RunParameters

if TYPE_CHECKING:
    from barline_backtest.symbol_sweep import Statistics

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
COIN_FLIP = 0.5
SAID_OTHERWISE = frozenset({"undefined-metrics", "no-trades"})  # by the sweep's own findings


def find_sweep_doubts(
    best_run: Backtest,
    statistics: "Statistics",
    parameters: RunParameters,
    *,
    cells: int,
    best: int | None,
) -> Iterator[Finding]:
    """Doubts about the search, then those about the best cell's own run."""
    if best is None:
        yield Finding(
            "no-cell-has-a-sharpe",
            "warning",
            f"Not one of {cells} cells has a Sharpe ratio: no order was filled, or equity did not move. There is no "
            "best cell, and no statistic about it.",
        )
    else:
        yield from find_luck(statistics)
        yield from find_place(statistics)
        yield from find_undefined_statistics(cells, statistics)
    if parameters.shares == "whole" and best is not None:
        yield Finding(
            "statistics-of-fractional-shares",
            "info",
            "The probability of overfitting and the reality check judge the rule with fractional shares; the cells "
            "themselves hold whole ones.",
        )
    for finding in best_run.findings:
        if finding.id not in SAID_OTHERWISE:
            yield finding


def find_luck(statistics: "Statistics") -> Iterator[Finding]:
    """What the three statistics say about luck."""
    deflated = statistics.deflated_sharpe
    if deflated is not None and deflated < CONFIDENCE:
        yield Finding(
            "deflated-sharpe-low",
            "warning",
            f"After {statistics.trials:,} trials the chance that the best Sharpe ratio is more than luck is "
            f"{deflated:.0%} (below {CONFIDENCE:.0%}).",
        )
    overfitting = statistics.probability_of_overfitting
    if overfitting is not None and overfitting > COIN_FLIP:
        yield Finding(
            "overfitting-likely",
            "warning",
            f"In {overfitting:.0%} of the splits the best cell of one half of the history was below the middle in the "
            "other half.",
        )
    reality = statistics.reality_check
    if reality is not None and reality.p > SIGNIFICANCE:
        yield Finding(
            "no-better-than-holding",
            "warning",
            f"The best cell's lead over buying and holding could be luck of the search: p = {reality.p:.2f}.",
        )


def find_place(statistics: "Statistics") -> Iterator[Finding]:
    """Where in the grid the best cell lies."""
    place = statistics.neighbourhood
    if place is None:
        return
    if place.edges:
        yield Finding(
            "best-at-edge",
            "warning",
            f"The best cell lies at the edge of the grid ({', '.join(place.edges)}): a better one may lie outside.",
        )
    if place.shape == "spike":
        yield Finding(
            "spike",
            "warning",
            f"The best cell stands alone: its {place.neighbours} neighbours have a median Sharpe ratio of "
            f"{place.neighbours_median_sharpe:.2f}.",
        )


def find_undefined_statistics(cells: int, statistics: "Statistics") -> Iterator[Finding]:
    """Statistics that are null, and why."""
    names = [
        name
        for name, value in (
            ("deflated_sharpe", statistics.deflated_sharpe),
            ("probability_of_overfitting", statistics.probability_of_overfitting),
            ("reality_check_p", statistics.reality_check),
        )
        if value is None
    ]
    if names:
        reason = "a single cell" if cells == 1 else "too few sessions, or cells that do not differ"
        yield Finding(
            "undefined-statistics", "info", f"Not defined, and null: {', '.join(names)} ({reason})."
        )
