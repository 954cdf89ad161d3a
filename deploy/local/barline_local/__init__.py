"""Barline on one machine: an embedded PostgreSQL, all processes under one supervisor, a demo account."""
