"""What a sweep's statistics say about luck, in words for somebody who has never heard of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from barline_gateway.reporting.numbers import UNKNOWN, thousands
from barline_gateway.reporting.sweep_result import SweptSymbol

SHAPES = {
    "plateau": "Plateau",
    "slope": "Slope",
    "spike": "Spike",
}
SHAPE_WORDS = {
    "plateau": "The windows beside it do nearly as well, so the result does not hang on one exact pair.",
    "slope": "The windows beside it do clearly worse: some of the result is the exact pair.",
    "spike": "The windows beside it do not come near it: a pair that stands alone was probably lucky.",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statistic, its value as it is read, what it means, and whether it speaks for the result."""

    name: str
    value: str
    meaning: str
    good: bool | None


def doubts(swept: SweptSymbol) -> Iterator[Doubt]:
    """Four ways to ask whether the best cell was more than the luckiest of many."""
    yield deflated_sharpe(swept)
    yield overfitting(swept.probability_of_overfitting)
    yield reality_check(swept.reality_check_p)
    yield surroundings(swept)


def deflated_sharpe(swept: SweptSymbol) -> Doubt:
    value, tried = swept.deflated_sharpe, thousands(swept.trials)
    before = f", {thousands(swept.prior_trials)} of them earlier" if swept.prior_trials else ""
    meaning = (
        f"The chance that the best Sharpe ratio is more than the luckiest of {tried} tries{before}. "
        "95% is the usual bar."
    )
    return Doubt(
        "Deflated Sharpe ratio",
        whole_percent(value),
        meaning,
        None if value is None else value >= 0.95,
    )


def overfitting(value: float | None) -> Doubt:
    meaning = (
        "How often the best pair of one part of the history fell into the worse half on the rest of it. "
        "Near 0% the choice carries over, at 50% it is a coin toss."
    )
    return Doubt(
        "Probability of overfitting",
        whole_percent(value),
        meaning,
        None if value is None else value < 0.5,
    )


def reality_check(p: float | None) -> Doubt:
    if p is None:
        return Doubt("Reality check", UNKNOWN, "Not defined for this grid.", None)
    meaning = (
        f"If no pair were better than holding, a search like this would still lead holding by as much in "
        f"{p:.0%} of made-up histories. Under 5% is the usual bar."
    )
    return Doubt("Reality check", f"p = {p:.2f}", meaning, p < 0.05)


def surroundings(swept: SweptSymbol) -> Doubt:
    place = swept.statistics.neighbourhood if swept.statistics else None
    if place is None:
        return Doubt(
            "Surroundings", UNKNOWN, "The best cell has no neighbour to compare with.", None
        )
    edge = " It lies at the edge of the grid: a better one may lie outside." if place.edges else ""
    return Doubt(
        "Surroundings",
        SHAPES[place.shape],
        SHAPE_WORDS[place.shape] + edge,
        place.shape == "plateau",
    )


def whole_percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0%}"
