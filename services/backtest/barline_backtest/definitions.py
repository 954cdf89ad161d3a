"""The ids of the definitions behind every number: a result names them, and its digest covers them.

An id is a name and a revision. Whoever changes what a name means raises its revision, and every digest changes with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

METRIC_DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "total_return": "total_return/1",
        "cagr": "cagr_calendar_365.25/1",
        "max_drawdown": "max_drawdown_from_initial/1",
        "drawdown_peak_date": "drawdown_peak_last_session/1",
        "drawdown_trough_date": "drawdown_trough_first_session/1",
        "drawdown_recovery_date": "drawdown_recovery/1",
        "longest_underwater_sessions": "longest_underwater_sessions/1",
        "trades": "trades_entered/1",
        "fills": "fills/1",
        "open_position": "open_position/1",
        "volatility": "volatility_252_ddof1/1",
        "sharpe": "sharpe_252_ddof1/1",
        "sortino": "sortino_252_downside_all_sessions/1",
        "calmar": "calmar_cagr/1",
        "exposure": "exposure_closes/1",
        "win_rate": "win_rate_closed/1",
        "profit_factor": "profit_factor_trade_returns/1",
        "expectancy": "expectancy_mean_trade_return/1",
        "average_win": "average_win/1",
        "average_loss": "average_loss/1",
        "best_trade": "best_trade/1",
        "worst_trade": "worst_trade/1",
        "median_holding_sessions": "median_holding_sessions/1",
        "value_at_risk_95": "value_at_risk_linear_quantile/1",
        "expected_shortfall_95": "expected_shortfall_at_or_below/1",
        "skew": "skew_population/1",
        "kurtosis": "kurtosis_population_raw/1",
        "ulcer_index": "ulcer_index_fraction/1",
        "omega": "omega_threshold_0/1",
        "probabilistic_sharpe": "probabilistic_sharpe_raw_kurtosis/1",
        "alpha": "alpha_simple_252/1",
        "beta": "beta_ddof1/1",
        "information_ratio": "information_ratio_252/1",
        "tracking_error": "tracking_error_252/1",
        "turnover": "turnover_both_legs_calendar_years/1",
        "total_costs": "total_costs/1",
    }
)

# Every value a choice can take has its own definition, so that one can be revised without touching the others.
CHOICE_DEFINITIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "rule": {"level": "rule_level/1", "cross": "rule_cross/1"},
        "fill": {
            "next_open": "fill_next_open/1",
            "next_close": "fill_next_close/1",
            "same_close": "fill_same_close/1",
        },
        "average": {"sma": "sma/1", "ema": "ema_seeded_with_sma/1"},
        "shares": {"fractional": "shares_fractional/1", "whole": "shares_whole/1"},
        "price_basis": {
            "raw": "price_basis_raw/1",
            "split": "price_basis_split/1",
            "total_return": "price_basis_total_return_alpha_vantage/1",
        },
        "costs": {"costs": "slippage_then_commission_each_leg/1"},
        "signal": {"signal": "signal_tie_band_1e-9/1"},
    }
)


def definitions_of(choices: Mapping[str, str]) -> dict[str, str]:
    """The definition ids of a run that made these choices (rule, fill, …), its metrics included."""
    chosen = {
        name: variants[choices.get(name, name)] for name, variants in CHOICE_DEFINITIONS.items()
    }
    return chosen | dict(METRIC_DEFINITIONS)
