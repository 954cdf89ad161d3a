"""Trains the model offline; nothing here runs in the service, and its data are a training-only dependency."""
