"""A database that was restarted is found out before a request needs it."""

import httpx


def test_a_connection_that_the_server_closed_is_replaced(client: httpx.Client) -> None:
    from django.db import connection

    assert client.get("/financial_data/data").status_code == 200
    with connection.cursor() as cursor:  # of this thread, which ends those of the server's
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0
    assert client.get("/financial_data/data").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_live_connection_is_kept(client: httpx.Client) -> None:
    from django.db import connection

    from barline_gateway.connections import drop_closed

    connection.ensure_connection()
    mine = connection.connection
    drop_closed()
    assert connection.connection is mine
