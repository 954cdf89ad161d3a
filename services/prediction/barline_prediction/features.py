"""What a forecast knows of a symbol: scale-free figures of its closes up to the origin, so that one model serves all.

Nothing here depends on the price level, the currency or the date, and no close after the origin is looked at.
"""

import numpy as np

from barline_prediction.intervals import Floats, Integers

MINIMUM_SESSIONS = 260  # a year of returns and a margin
YEAR = 252

# A flat series moves less than this a day (a thousandth of a percent); the floor keeps every ratio finite.
FLOOR = 1e-5
VOLATILITY_WINDOWS = (1, 2, 5, 10, 21, 63, 126, 504, 1260)
MEAN_MOVE_WINDOWS = (5, 21, 252)
RETURN_WINDOWS = (1, 5, 21, 252)
EWMA_DECAY = 0.94

FEATURES: tuple[str, ...] = (
    "log_volatility_252",
    *(f"volatility_{sessions}" for sessions in VOLATILITY_WINDOWS),
    "volatility_all",
    f"volatility_ewma_{EWMA_DECAY}",
    *(f"mean_move_{sessions}" for sessions in MEAN_MOVE_WINDOWS),
    *(f"return_{sessions}" for sessions in RETURN_WINDOWS),
    "drawdown_252",
    "tail_252",
)


def features(closes: Floats, origins: Integers) -> Floats:
    """The model's inputs at each origin, in the order of FEATURES.

    `closes` has shape (sessions,): positive, none missing, oldest first, adjusted for splits and dividends.
    `origins` are positions in it of at least 252. The result has shape (origins, features) and is finite for any such
    input, a constant series included. A volatility is the root mean square of daily log returns (no mean subtracted,
    not annualised); all but the first feature are relative to `yearly_volatility`. Windows longer than the history use
    what there is, and `volatility_all` uses all of it.
    """
    logs = np.log(closes)
    cumulated = np.concatenate([[0.0], np.cumsum(np.diff(logs) ** 2)])
    year = yearly_volatility(closes, origins)
    volatilities = [
        _root_mean_square(cumulated, origins, sessions)
        for sessions in (*VOLATILITY_WINDOWS, len(closes))
    ]
    lagged = logs[origins[:, np.newaxis] - np.arange(YEAR + 1)]
    returns = -np.diff(lagged, axis=1)
    volatilities.append(_ewma_volatility(returns))
    moves = np.abs(returns)
    volatilities += [moves[:, :sessions].mean(axis=1) for sessions in MEAN_MOVE_WINDOWS]
    typical_move = np.median(moves, axis=1)
    columns = [
        np.log(year),
        # A twentieth of the year's volatility is added, so that a quiet day is not minus infinity.
        *(np.log((volatility + 0.05 * year) / year) for volatility in volatilities),
        *(
            (lagged[:, 0] - lagged[:, sessions]) / (year * np.sqrt(sessions))
            for sessions in RETURN_WINDOWS
        ),
        (lagged[:, 0] - lagged[:, :YEAR].max(axis=1)) / (year * np.sqrt(YEAR)),
        np.log(year / (typical_move + 0.1 * FLOOR)),
    ]
    return np.stack(columns, axis=1)


def yearly_volatility(closes: Floats, origins: Integers) -> Floats:
    """The scale of every forecast: root mean square daily log return of the last 252 sessions, plus the floor.

    Inputs as in `features`; the result has shape (origins,), per session, not annualised, never below 1e-5.
    """
    cumulated = np.concatenate([[0.0], np.cumsum(np.diff(np.log(closes)) ** 2)])
    return _root_mean_square(cumulated, origins, YEAR) + FLOOR


def _root_mean_square(cumulated: Floats, origins: Integers, sessions: int) -> Floats:
    """Of the last `sessions` returns up to each origin, from the running sum of their squares."""
    starts = np.maximum(origins - sessions, 0)
    # Two nearly equal sums may differ by less than nothing.
    total = np.maximum(cumulated[origins] - cumulated[starts], 0.0)
    volatility: Floats = np.sqrt(total / (origins - starts))
    return volatility


def _ewma_volatility(returns: Floats) -> Floats:
    """RiskMetrics' weights over one year; `returns` has shape (origins, 252), the newest first."""
    weights = EWMA_DECAY ** np.arange(returns.shape[1])
    volatility: Floats = np.sqrt((returns**2 * weights).sum(axis=1) / weights.sum())
    return volatility
