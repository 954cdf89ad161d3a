"""All SQL of the backtest service."""
