"""Forecasts of the next 30 sessions, kept as they were made and honest about how good they are."""
