"""Statements that every request asks: written once, since composing one in the ORM costs more than its answer."""

from django.db import connection


def first_row(statement: str, *values: object) -> tuple[object, ...] | None:
    """The first row of a query; None when it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[object, ...] | None = cursor.fetchone()
        return row
