"""Bars are merged in bulk, and every superseded version stays readable."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from barline_core.bar_reader import read_bars
from barline_core.db import Database
from barline_ingestion.bar_payload import Bars
from barline_ingestion.store.bars import Merged, merge_bars
from barline_ingestion.store.symbols import status_of
from barline_sandbox.history import real_history

IBM = real_history()["IBM"]
THEN = datetime(2013, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


def bars(first: int, last: int) -> Bars:
    rows = IBM.rows(slice(first, last))
    return Bars(
        date=rows.date,
        open=rows.open,
        high=rows.high,
        low=rows.low,
        close=rows.close,
        volume=rows.volume.astype(np.float64),
        adjusted_close=None,
        dividend=None,
        split=None,
    )


@pytest.fixture
def merge(empty_database: Database, register: Callable[..., None]) -> Callable[..., Merged]:
    register("IBM")

    def do(incoming: Bars, *, days_later: int = 0) -> Merged:
        with empty_database.transaction() as session:
            symbol_id = status_of(session, "IBM").symbol_id
            now = THEN + timedelta(days=days_later)
            return merge_bars(session, symbol_id, incoming, now=now)

    return do


def closes(database: Database, *, known_at: datetime | None = None) -> list[float]:
    with database.transaction() as session:
        return read_bars(session, "IBM", known_at=known_at).close.tolist()


def test_a_first_load_stores_every_value_exactly(
    merge: Callable[..., Merged], empty_database: Database
) -> None:
    assert merge(bars(0, 3270)) == Merged(added=3270, revised=0)
    with empty_database.transaction() as session:
        series = read_bars(session, "IBM")
        known_from = session.scalar(text("SELECT max(known_from) FROM market.daily_bar"))
    assert np.array_equal(series.date, IBM.date)
    for name in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(series, name), getattr(IBM, name))
    assert known_from == THEN


def test_the_same_bars_again_change_nothing(merge: Callable[..., Merged]) -> None:
    merge(bars(0, 200))
    assert merge(bars(0, 200), days_later=1) == Merged(added=0, revised=0)


def test_new_sessions_are_added_behind_and_in_gaps(
    merge: Callable[..., Merged], empty_database: Database
) -> None:
    merge(bars(0, 100))
    merge(bars(150, 200))
    assert merge(bars(90, 210)) == Merged(added=60, revised=0)
    assert closes(empty_database) == IBM.close[:210].tolist()


def test_a_restated_close_keeps_the_old_version_for_known_at(
    merge: Callable[..., Merged], empty_database: Database
) -> None:
    merge(bars(0, 100))
    restated = bars(0, 100)
    close = restated.close.copy()
    close[50] += 1.0
    assert merge(replace(restated, close=close), days_later=2) == Merged(added=0, revised=1)
    old = IBM.close[:100].tolist()
    assert closes(empty_database) == close.tolist()
    assert closes(empty_database, known_at=THEN + timedelta(days=1)) == old
    assert closes(empty_database, known_at=THEN + timedelta(days=2)) == close.tolist()
    assert closes(empty_database, known_at=THEN - timedelta(seconds=1)) == []


def test_a_bar_restated_twice_has_two_older_versions(
    merge: Callable[..., Merged], empty_database: Database
) -> None:
    for day in range(3):
        changed = bars(0, 1)
        merge(replace(changed, close=changed.close + day), days_later=day)
    with empty_database.transaction() as session:
        versions = session.execute(
            text("SELECT close, known_from, known_until FROM market.daily_bar_revision ORDER BY 2")
        ).all()
    first = IBM.close[0]
    assert [row.close for row in versions] == [first, first + 1]
    assert versions[0].known_until == versions[1].known_from
    assert closes(empty_database, known_at=THEN + timedelta(hours=30)) == [first + 1]


def test_rounding_to_four_decimals_is_no_revision(merge: Callable[..., Merged]) -> None:
    exact = bars(0, 50)
    merge(replace(exact, close=exact.close + 0.00004))
    assert merge(exact, days_later=1) == Merged(added=0, revised=0)
    volume = replace(exact, volume=exact.volume + 1)
    assert merge(volume, days_later=2) == Merged(added=0, revised=50)


def test_nothing_of_a_merge_stays_when_its_transaction_fails(
    merge: Callable[..., Merged], empty_database: Database
) -> None:
    merge(bars(0, 100))
    with empty_database.sessions() as session:
        merge_bars(session, status_of(session, "IBM").symbol_id, bars(50, 200), now=THEN)
        session.rollback()
    assert len(closes(empty_database)) == 100


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(0, 2)), min_size=1, max_size=6
    )
)
def test_any_order_of_merges_gives_the_newest_value_of_each_session(
    database: Database, pieces: list[tuple[int, int, int]]
) -> None:
    """An oracle in a dictionary, also for what was known after each step."""
    with database.transaction() as session:
        session.execute(
            text("TRUNCATE market.symbol, market.symbol_status, market.daily_bar CASCADE")
        )
        session.execute(text("TRUNCATE market.daily_bar_revision"))
        session.execute(text("INSERT INTO market.symbol (ticker) VALUES ('IBM')"))
    known: dict[object, float] = {}
    views: list[dict[object, float]] = []
    for step, (first, length, shift) in enumerate(pieces):
        piece = bars(first, first + length)
        piece = replace(piece, close=piece.close + shift)
        with database.transaction() as session:
            symbol_id = status_of(session, "IBM").symbol_id
            merge_bars(session, symbol_id, piece, now=THEN + timedelta(days=step))
        known = known | dict(zip(piece.date.tolist(), piece.close.tolist(), strict=True))
        views.append(known)
    for step, view in enumerate(views):
        with database.transaction() as session:
            then = read_bars(session, "IBM", known_at=THEN + timedelta(days=step))
        assert dict(zip(then.date.tolist(), then.close.tolist(), strict=True)) == view
