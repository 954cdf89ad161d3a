"""Overfitting statistics again, in plain Python from each cell's daily returns, sharing no code with the service."""

import math
from itertools import combinations

from .slow_loop import Story

NOISE = 1e-13


def daily_returns(story: Story, initial: float) -> list[float]:
    before = [initial, *story.equity[:-1]]
    return [now / then - 1 for now, then in zip(story.equity, before, strict=True)]


def sharpe(returns: list[float], rate: float) -> float:
    mean = math.fsum(returns) / len(returns)
    deviation = math.sqrt(math.fsum((r - mean) ** 2 for r in returns) / (len(returns) - 1))
    return (mean - rate) / deviation if deviation > NOISE else 0.0


def cut_into_blocks(returns: list[float], count: int) -> list[list[float]]:
    size = len(returns) // count
    blocks = [returns[i * size : (i + 1) * size] for i in range(count)]
    blocks[-1] += returns[count * size :]
    return blocks


def mean_rank(values: list[float], index: int) -> float:
    smaller = sum(v < values[index] - 1e-9 for v in values)
    equal = sum(abs(v - values[index]) <= 1e-9 for v in values)
    return smaller + (equal + 1) / 2


def probability_of_overfitting(cells: list[list[float]], rate: float, count: int = 10) -> float:
    """Share of splits whose in-sample best cell ranks in the lower half out of sample."""
    blocks = [cut_into_blocks(returns, count) for returns in cells]
    below = splits = 0
    for chosen in combinations(range(count), count // 2):
        inside = [sharpe([r for k in chosen for r in cell[k]], rate) for cell in blocks]
        others = [k for k in range(count) if k not in chosen]
        outside = [sharpe([r for k in others for r in cell[k]], rate) for cell in blocks]
        best = [i for i, value in enumerate(inside) if value >= max(inside) - 1e-9]
        rank = sum(mean_rank(outside, i) for i in best) / len(best)
        below += rank < (len(cells) + 1) / 2 - 1e-9
        splits += 1
    assert splits == math.comb(count, count // 2)
    return below / splits


def reality_check(
    cells: list[list[float]], benchmark: list[float], resamples: list[list[int]]
) -> tuple[float, float]:
    """p and the best cell's lead, each resample being a list of sessions."""
    leads = [[r - b for r, b in zip(returns, benchmark, strict=True)] for returns in cells]
    means = [sum(lead) / len(lead) for lead in leads]
    observed = max(means)
    reached = 0
    for sessions in resamples:
        again = [sum(lead[t] for t in sessions) / len(sessions) for lead in leads]
        largest = max(a - m for a, m in zip(again, means, strict=True))
        reached += largest >= observed
    return (1 + reached) / (1 + len(resamples)), observed
