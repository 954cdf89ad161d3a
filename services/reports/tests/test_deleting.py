"""A report is forgotten by the one who deletes it, and stays with everybody else who has it."""

import threading

import pytest
from fastapi import FastAPI

from barline_core.db import Database
from barline_core.models import Report
from barline_core.testing import InternalClient
from barline_reports.store import (
    Rendered,
    Wanted,
    delete_report,
    find_report,
    list_reports,
    own_report,
    save_report,
)

URL = "/documents/backtest?symbol=MSFT&winbuy=50&winsell=200&format=html"
ALL = Wanted(symbol=None, kind=None, format=None)


def report(digest: str) -> Rendered:
    return Rendered(
        digest=digest,
        kind="backtest",
        symbol="MSFT",
        title="Backtest of MSFT",
        subject_id="backtest-1",
        format="html",
        media_type="text/html",
        content=b"<html>",
    )


def test_a_deleted_report_is_gone_for_its_owner_only(
    reports_app: FastAPI, internal_client: InternalClient
) -> None:
    mine = internal_client(reports_app, service="reports", user_id=31)
    theirs = internal_client(reports_app, service="reports", user_id=32)
    first, second = (client.get(URL).headers["X-Report-Id"] for client in (mine, theirs))
    assert mine.delete(f"/reports/{second}").status_code == 404
    assert mine.delete(f"/reports/{first}").status_code == 204
    assert mine.delete(f"/reports/{first}").status_code == 404
    assert mine.get(f"/reports/{first}").status_code == 404
    assert mine.get("/reports").json()["count"] == 0
    assert theirs.get(f"/reports/{second}").status_code == 200
    assert mine.delete(f"/reports/{second}?purge=1").status_code == 400


def test_the_last_owner_takes_the_content_along(database: Database) -> None:
    with database.transaction() as session:
        save_report(session, report("a" * 64))
        ids = {owner: own_report(session, "a" * 64, owner) for owner in (1, 2)}
    for owner, left in ((1, True), (2, False)):
        with database.transaction() as session:
            assert delete_report(session, ids[owner], owner)
        with database.transaction() as session:
            assert (session.get(Report, "a" * 64) is not None) is left


@pytest.mark.parametrize("attempt", range(3))
def test_a_report_asked_for_while_it_is_deleted_is_not_lost(
    database: Database, attempt: int
) -> None:
    """Whoever found it keeps it: the deletion waits until its new owner is written down."""
    digest = f"{attempt}" * 64
    with database.transaction() as session:
        save_report(session, report(digest))
        old = own_report(session, digest, 1)

    def delete() -> None:
        with database.transaction() as session:
            delete_report(session, old, 1)

    with database.transaction() as session:
        assert find_report(session, digest) is not None
        deletion = threading.Thread(target=delete)
        deletion.start()
        deletion.join(timeout=0.3)
        assert deletion.is_alive()  # it waits
        new = own_report(session, digest, 2)
    deletion.join()
    with database.transaction() as session:
        assert find_report(session, digest) is not None
        assert list_reports(session, 1, ALL, offset=0, limit=9)[0] == 0
        _, found = list_reports(session, 2, ALL, offset=0, limit=9)
        assert new in {one.id for one in found}
