"""Backtests of moving-average rules on daily bars."""
