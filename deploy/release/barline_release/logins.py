"""Database logins: one for each process, with the rights of its group and no others."""

from collections.abc import Mapping

import psycopg2
from psycopg2 import sql

from barline_core.grants import role_of


def create_logins(owner_url: str, passwords: Mapping[str, str], *, prefix: str) -> None:
    """Make or renew the login of each party; safe to repeat. The group roles must exist.

    `passwords` are by party; the login of `backtest` is called `<prefix>backtest`.
    """
    connection = psycopg2.connect(owner_url)
    try:
        with connection, connection.cursor() as cursor:
            for party, password in passwords.items():
                name = prefix + party
                login = sql.Identifier(name)
                group = sql.Identifier(role_of(party))
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(login, group))
                cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(login), (password,))
    finally:
        connection.close()
