"""Backtests, forecasts, their reports, and the jobs behind long actions."""
