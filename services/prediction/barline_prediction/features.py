"""What a forecast knows of a symbol: scale-free figures of its closes up to the origin, so that one model serves all.

Nothing here depends on the price level, the currency or the date, and no close after the origin is looked at. New
features are only ever appended: each model uses the first so many, so that earlier versions can still be served.
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
LATER_MEAN_MOVE_WINDOWS = (10, 63, 126)
LATER_RETURN_WINDOWS = (2, 10, 63, 126)
FALL_WINDOWS = (1, 5, 21)
DOWNSIDE_WINDOWS = (5, 21, 63, 252)
MONTH = 21

FEATURES: tuple[str, ...] = (
    "log_volatility_252",
    *(f"volatility_{sessions}" for sessions in VOLATILITY_WINDOWS),
    "volatility_all",
    f"volatility_ewma_{EWMA_DECAY}",
    *(f"mean_move_{sessions}" for sessions in MEAN_MOVE_WINDOWS),
    *(f"return_{sessions}" for sessions in RETURN_WINDOWS),
    "drawdown_252",
    "tail_252",
    *(f"mean_move_{sessions}" for sessions in LATER_MEAN_MOVE_WINDOWS),
    *(f"return_{sessions}" for sessions in LATER_RETURN_WINDOWS),
    *(f"fall_{sessions}" for sessions in FALL_WINDOWS),
    "rise_252",
    *(f"downside_{sessions}" for sessions in DOWNSIDE_WINDOWS),
    "volatility_of_volatility_252",
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
    cumulated = _cumulated_squares(logs)
    year = _root_mean_square(cumulated, origins, YEAR) + FLOOR
    lagged = logs[origins[:, np.newaxis] - np.arange(YEAR + 1)]
    returns = -np.diff(lagged, axis=1)
    moves = np.abs(returns)
    volatilities = [
        _root_mean_square(cumulated, origins, sessions)
        for sessions in (*VOLATILITY_WINDOWS, len(closes))
    ]
    volatilities.append(_ewma_volatility(returns))
    drift = {
        sessions: (lagged[:, 0] - lagged[:, sessions]) / (year * np.sqrt(sessions))
        for sessions in (*RETURN_WINDOWS, *LATER_RETURN_WINDOWS)
    }
    spread = year * np.sqrt(YEAR)
    columns = [
        np.log(year),
        *(_relative(volatility, year) for volatility in volatilities),
        *(_mean_move(moves, sessions, year) for sessions in MEAN_MOVE_WINDOWS),
        *(drift[sessions] for sessions in RETURN_WINDOWS),
        (lagged[:, 0] - lagged[:, :YEAR].max(axis=1)) / spread,
        np.log(year / (np.median(moves, axis=1) + 0.1 * FLOOR)),
        *(_mean_move(moves, sessions, year) for sessions in LATER_MEAN_MOVE_WINDOWS),
        *(drift[sessions] for sessions in LATER_RETURN_WINDOWS),
        *(np.minimum(drift[sessions], 0.0) for sessions in FALL_WINDOWS),
        (lagged[:, 0] - lagged[:, :YEAR].min(axis=1)) / spread,
        *(_downside(returns, sessions, year) for sessions in DOWNSIDE_WINDOWS),
        _relative(_monthly_volatilities(returns).std(axis=1), year),
    ]
    return np.stack(columns, axis=1)


def yearly_volatility(closes: Floats, origins: Integers) -> Floats:
    """The scale of every forecast: root mean square daily log return of the last 252 sessions, plus the floor.

    Inputs as in `features`; the result has shape (origins,), per session, not annualised, never below 1e-5.
    """
    return _root_mean_square(_cumulated_squares(np.log(closes)), origins, YEAR) + FLOOR


def _cumulated_squares(logs: Floats) -> Floats:
    """The running sum of squared returns, a zero first."""
    return np.concatenate([[0.0], np.cumsum(np.diff(logs) ** 2)])


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


def _relative(volatility: Floats, year: Floats) -> Floats:
    """Log of a volatility over the year's, a twentieth of which is added: a quiet day is not minus infinity."""
    relative: Floats = np.log((volatility + 0.05 * year) / year)
    return relative


def _mean_move(moves: Floats, sessions: int, year: Floats) -> Floats:
    return _relative(moves[:, :sessions].mean(axis=1), year)


def _downside(returns: Floats, sessions: int, year: Floats) -> Floats:
    """How much of the volatility of the last `sessions` came from falls: zero when half of it did."""
    squares = returns[:, :sessions] ** 2
    falls = np.where(returns[:, :sessions] < 0.0, squares, 0.0)
    below, all_moves = np.sqrt(2.0 * falls.mean(axis=1)), np.sqrt(squares.mean(axis=1))
    return _relative(below, year) - _relative(all_moves, year)


def _monthly_volatilities(returns: Floats) -> Floats:
    """Of each of the last twelve spans of 21 sessions; shape (origins, 12)."""
    spans = returns.reshape(len(returns), -1, MONTH)
    volatilities: Floats = np.sqrt((spans**2).mean(axis=2))
    return volatilities
