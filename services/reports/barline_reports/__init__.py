"""Backtest and prediction reports: one document, rendered as JSON, HTML and PDF."""
