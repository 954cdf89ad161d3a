"""Who did what, when, from where: written for every write, and not to be changed."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import psycopg2
import pytest

from barline_core.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.accounts.models import AuditEntry

Cluster = tuple[EmbeddedPostgres, int]
KeyMaker = Callable[..., str]


def entry_of(answer: "httpx.Response | HttpResponse") -> "AuditEntry":
    from barline_gateway.accounts.models import AuditEntry

    return AuditEntry.objects.get(request_id=answer.headers["x-request-id"])


def entries() -> int:
    from barline_gateway.accounts.models import AuditEntry

    return AuditEntry.objects.count()


def test_a_write_names_who_what_where_and_how_it_ended(client: httpx.Client) -> None:
    answer = client.post("/financial_data/remove", json={"symbol": "zzz"})
    entry = entry_of(answer)
    assert (entry.username, entry.method, entry.path) == ("ada", "POST", "/financial_data/remove")
    assert (entry.subject, entry.status, entry.address) == ("zzz", 404, "127.0.0.1")
    assert entry.key_prefix.startswith("barline_")
    assert entry.user_id is not None


def test_what_a_key_may_not_do_is_written_too(gateway_url: str, make_key: KeyMaker) -> None:
    headers = {"Authorization": f"Bearer {make_key('read')}"}
    answer = httpx.post(f"{gateway_url}/financial_data/refresh", headers=headers)
    assert entry_of(answer).status == 403


def test_reads_and_strangers_are_not(client: httpx.Client, gateway_url: str) -> None:
    before = entries()
    client.get("/financial_data/data")
    httpx.post(f"{gateway_url}/financial_data/refresh")
    assert entries() == before


def test_a_failed_sign_in_names_whom_it_tried(visitor: "Client", person: "User") -> None:
    form = {"username": "ada\x1b[31m", "password": "wrong-secret"}
    entry = entry_of(visitor.post("/reporting/sign-in", form))
    assert (entry.username, entry.user_id, entry.status) == ("ada·[31m", None, 401)


def test_signing_out_names_who_it_was(browser: "Client") -> None:
    entry = entry_of(browser.post("/reporting/sign-out"))
    assert (entry.username, entry.path) == ("ada", "/reporting/sign-out")


def test_no_secret_is_written(browser: "Client") -> None:
    from barline_gateway.accounts.models import AuditEntry

    answer = browser.post(
        "/reporting/account/keys", {"name": "notebook", "scope": "read", "days": ""}
    )
    text = answer.content.decode().partition('value="barline_')[2].partition('"')[0]
    assert len(text) > 30
    assert text not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET username = 'nobody'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
    ],
)
def test_not_even_the_owner_changes_what_is_written(client: httpx.Client, statement: str) -> None:
    from django.db import connection
    from django.db.utils import ProgrammingError

    client.post("/financial_data/remove", json={"symbol": "zzz"})
    with pytest.raises(ProgrammingError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_gateways_own_login_may_only_add(
    client: httpx.Client, postgres_cluster: "Cluster"
) -> None:
    """The rights of the role, also after the grants are applied anew at the next start."""
    from django.db import connection
    from sqlalchemy import create_engine

    from barline_core.database_url import sqlalchemy_url
    from barline_core.grants import apply_grants

    postgres, port = postgres_cluster
    name = connection.settings_dict["NAME"]
    engine = create_engine(sqlalchemy_url(postgres.url(port, name)))
    with engine.begin() as opened:
        assert apply_grants(opened)
    engine.dispose()
    plain = psycopg2.connect(postgres.url(port, name))
    with plain, plain.cursor() as cursor:
        rights = {}
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute(
                "SELECT has_table_privilege('barline_gateway', 'public.accounts_auditentry', %s)",
                (right,),
            )
            rights[right] = cursor.fetchone()[0]
    plain.close()
    assert rights == {
        "SELECT": True,
        "INSERT": True,
        "UPDATE": False,
        "DELETE": False,
        "TRUNCATE": False,
    }


def test_pruning_deletes_what_is_old_and_expired_alone(client: httpx.Client) -> None:
    from django.core.management import CommandError, call_command
    from django.db import connection

    from barline_gateway.accounts.models import AuditEntry, KeptAnswer

    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry (occurred_at, username, key_prefix, method, path, subject, address,"
            " request_id, status) VALUES (%s, 'x', '', 'POST', '/', '', '127.0.0.1', 'long-ago', 200)",
            (old,),
        )
    answer = client.post("/financial_data/remove", json={"symbol": "zzz"})
    with pytest.raises(CommandError, match="30 days"):
        call_command("prune", days=1)
    call_command("prune", days=365, verbosity=0)
    assert not AuditEntry.objects.filter(request_id="long-ago").exists()
    assert entry_of(answer)
    assert KeptAnswer.objects.count() == 0


def test_staff_see_the_log_and_the_keys_but_no_text(
    browser: "Client", person: "User", client: httpx.Client
) -> None:
    client.post("/financial_data/remove", json={"symbol": "zzz"})
    person.is_staff = True
    person.save()
    log = browser.get("/admin/accounts/auditentry/").content.decode()
    assert "/financial_data/remove" in log
    keys = browser.get("/admin/accounts/apikey/").content.decode()
    assert "barline_" in keys
    from barline_gateway.accounts.models import ApiKey

    key = ApiKey.objects.get()
    shown = browser.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert key.digest not in shown
    assert 'type="submit"' not in shown.partition('id="content"')[2]
    form = {"action": "revoke", "_selected_action": [str(key.pk)]}
    assert browser.post("/admin/accounts/apikey/", form).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
