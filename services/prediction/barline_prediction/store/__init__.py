"""All SQL of the prediction service."""
