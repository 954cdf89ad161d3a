"""Alembic's folder: every table of schema `market` is made here and nowhere else."""
