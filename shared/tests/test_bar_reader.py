import datetime as dt

import pytest
from sqlalchemy.orm import Session

from barline_core.bar_reader import read_bars
from barline_core.models import CorporateAction, DailyBar, DailyBarRevision, Symbol, SymbolStatus
from barline_core.problems import UnknownSymbol

MONDAY, TUESDAY = (dt.datetime(2020, 1, day, 22, tzinfo=dt.UTC) for day in (6, 7))
PRICES = {"open": 10.0, "high": 12.0, "low": 9.0, "close": 11.0, "volume": 1000}


@pytest.fixture
def symbol(db_session: Session) -> Symbol:
    registered = Symbol(ticker="IBM")
    db_session.add(registered)
    db_session.flush()
    db_session.add(SymbolStatus(symbol_id=registered.id, state="ready", actions_known=True))
    return registered


def add_bar(session: Session, symbol: Symbol, date: dt.date, **changed: object) -> None:
    values = PRICES | {"known_from": MONDAY} | changed
    session.add(DailyBar(symbol_id=symbol.id, date=date, **values))
    session.flush()


def test_an_unregistered_symbol_is_unknown(db_session: Session) -> None:
    with pytest.raises(UnknownSymbol, match="POST /financial_data/add"):
        read_bars(db_session, "NOPE")


def test_a_registered_symbol_without_bars_is_an_empty_series(
    db_session: Session, symbol: Symbol
) -> None:
    assert len(read_bars(db_session, symbol.ticker)) == 0


def test_bars_come_oldest_first_at_full_precision(db_session: Session, symbol: Symbol) -> None:
    add_bar(db_session, symbol, dt.date(2020, 1, 3), close=0.1 + 0.2)
    add_bar(db_session, symbol, dt.date(2020, 1, 2), volume=3_000_000_000)
    series = read_bars(db_session, "IBM")
    assert series.date.astype(str).tolist() == ["2020-01-02", "2020-01-03"]
    assert series.close.tolist() == [11.0, 0.1 + 0.2]
    assert series.volume.tolist() == [3e9, 1000.0]
    assert series.actions_known


def test_known_at_gives_yesterdays_view(db_session: Session, symbol: Symbol) -> None:
    date = dt.date(2020, 1, 2)
    add_bar(db_session, symbol, date, close=99.0, known_from=TUESDAY)
    db_session.add(
        DailyBarRevision(
            symbol_id=symbol.id, date=date, known_until=TUESDAY, known_from=MONDAY, **PRICES
        )
    )
    add_bar(db_session, symbol, dt.date(2020, 1, 3), known_from=TUESDAY)
    before = read_bars(db_session, "IBM", known_at=TUESDAY - dt.timedelta(seconds=1))
    now = read_bars(db_session, "IBM")
    assert before.close.tolist() == [11.0]
    assert now.close.tolist() == [99.0, 11.0]
    assert read_bars(db_session, "IBM", known_at=TUESDAY).data_version == now.data_version
    assert before.data_version != now.data_version
    assert len(read_bars(db_session, "IBM", known_at=MONDAY - dt.timedelta(days=1))) == 0


def test_actions_stand_on_their_session_or_the_next_one(
    db_session: Session, symbol: Symbol
) -> None:
    for day in (2, 3, 6):
        add_bar(db_session, symbol, dt.date(2020, 1, day))
    for kind, day, value in (
        ("dividend", 1, 7.0),  # before the first bar
        ("split", 4, 2.0),
        ("dividend", 3, 0.5),
        ("dividend", 9, 1.0),  # after the last
    ):
        db_session.add(
            CorporateAction(
                symbol_id=symbol.id,
                ex_date=dt.date(2020, 1, day),
                kind=kind,
                known_at=MONDAY,
                value=value,
            )
        )
    db_session.flush()
    series = read_bars(db_session, "IBM")
    assert series.split_ratio.tolist() == [1.0, 1.0, 2.0]
    assert series.dividend.tolist() == [0.0, 0.5, 0.0]


def test_a_withdrawn_action_is_seen_only_while_it_was_known(
    db_session: Session, symbol: Symbol
) -> None:
    add_bar(db_session, symbol, dt.date(2020, 1, 2))
    db_session.add(
        CorporateAction(
            symbol_id=symbol.id,
            ex_date=dt.date(2020, 1, 2),
            kind="split",
            known_at=MONDAY,
            withdrawn_at=TUESDAY,
            value=2.0,
        )
    )
    db_session.flush()
    assert read_bars(db_session, "IBM").split_ratio.tolist() == [1.0]
    assert read_bars(db_session, "IBM", known_at=MONDAY).split_ratio.tolist() == [2.0]
