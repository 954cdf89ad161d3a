"""The web pages at /reporting/."""
