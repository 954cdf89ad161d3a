"""GARCH(1,1), the baseline that is hardest to beat; estimated with the `arch` package, which only training needs."""

import numpy as np

from barline_prediction.intervals import (
    NORMAL_80,
    NORMAL_95,
    STEPS,
    Floats,
    Integers,
    symmetric_quantiles,
)

WINDOW_SESSIONS = 1260
REFIT_SESSIONS = 21
YEARLY_REFIT_SESSIONS = 252
PERCENT = 100.0  # the optimiser wants returns near 1
LONGEST_PERSISTENCE = 0.999  # an integrated process has no long-run variance to return to


def garch(closes: Floats, origins: Integers) -> Floats:
    """A driftless random walk with GARCH(1,1) volatility (Bollerslev 1986) and normal quantiles.

    Zero mean, fitted by quasi maximum likelihood on the last 1,260 returns and again every 21 sessions; between fits
    the variance is filtered on. `closes` has shape (sessions,), `origins` ascend from 252 or more. Gives log-return
    quantiles of shape (origins, 30, 5).
    """
    return _quantiles(closes, origins, WINDOW_SESSIONS, REFIT_SESSIONS)


def garch_expanding(closes: Floats, origins: Integers) -> Floats:
    """The same fitted on all returns up to the origin, and again every 252 sessions: the plainest way to use it."""
    return _quantiles(closes, origins, len(closes), YEARLY_REFIT_SESSIONS)


def _quantiles(closes: Floats, origins: Integers, longest: int, refit_sessions: int) -> Floats:
    returns = PERCENT * np.diff(np.log(closes))
    sigma = np.empty((len(origins), STEPS))
    fitted_at, parameters = -refit_sessions, (0.0, 0.0, 0.0)
    for row, origin in enumerate(origins):
        window = returns[max(0, origin - longest) : origin]
        if origin - fitted_at >= refit_sessions:
            fitted_at, parameters = int(origin), _fit(window)
        sigma[row] = np.sqrt(_cumulated_variance(window, *parameters)) / PERCENT
    return symmetric_quantiles(NORMAL_80 * sigma, NORMAL_95 * sigma)


def _fit(window: Floats) -> tuple[float, float, float]:
    """Constant, reaction and memory of the variance."""
    # Only training has this package.
    from arch import arch_model  # noqa: PLC0415 - see above

    model = arch_model(window, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
    constant, reaction, memory = model.fit(disp="off", show_warning=False).params
    shrink = min(1.0, LONGEST_PERSISTENCE / (reaction + memory))
    return float(constant), float(reaction * shrink), float(memory * shrink)


def _cumulated_variance(window: Floats, constant: float, reaction: float, memory: float) -> Floats:
    """Variance of the return over the next 1..30 sessions, from the filtered variance of the next one."""
    variance = float(window.var())
    for move in window:
        variance = constant + reaction * move * move + memory * variance
    persistence = reaction + memory
    long_run = constant / (1.0 - persistence)
    by_session = long_run + persistence ** np.arange(STEPS) * (variance - long_run)
    total: Floats = np.cumsum(by_session)
    return total
