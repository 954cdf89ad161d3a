"""Stores a CSV of bars: all of it or nothing, in the transaction of the request that brought it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from barline_core.bar_reader import read_bars
from barline_core.bars import BarSeries
from barline_core.clock import MarketClock, utc_now
from barline_core.problems import FieldError
from barline_ingestion.actions import Action
from barline_ingestion.errors import FileDisagrees, FileNotUsable, SplitsUnknown
from barline_ingestion.import_file import FileRejected, ImportedFile, read_file
from barline_ingestion.import_plan import (
    ImportPlan,
    Prices,
    SplitsNeeded,
    agreement,
    plan_import,
)
from barline_ingestion.joining import check_join
from barline_ingestion.market_calendar import latest_final_session
from barline_ingestion.recording import STICKY, note_known, summarise
from barline_ingestion.store.actions import replace_actions, splits_of
from barline_ingestion.store.bars import Merged, lock_symbol, merge_bars
from barline_ingestion.store.symbols import StatusOfSymbol, status_of, write_status
from barline_ingestion.trimming import final_bars

CAPABILITY = "import"
LEAST_AGREEMENT = 0.5


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file."""

    merged: Merged
    rows: int
    left_out: int  # bars of a session that is not over
    actions: tuple[Action, ...]
    ignored_columns: tuple[str, ...]
    status: StatusOfSymbol


def import_csv(
    session: Session, ticker: str, lines: Iterable[str], prices: Prices, market_clock: MarketClock
) -> Imported:
    """Merge the file's bars and actions, or raise a Problem that names every wrong row."""
    now, market_now = utc_now(), latest_clock(market_clock)
    file = read_rows(lines, last_date=market_now.date())
    symbol_id = status_of(session, ticker).symbol_id
    lock_symbol(session, symbol_id)
    status, stored = status_of(session, ticker), read_bars(session, ticker)
    plan = planned(session, status, file, prices)
    bars = final_bars(plan.bars, latest_final_session(ticker, market_now))
    if bars is None:
        raise FileNotUsable("No session in the file is over yet.")
    refuse_contradiction(stored, plan)
    check = check_join(stored, bars)
    merged = merge_bars(session, symbol_id, bars, now=now)
    if plan.told is not None:
        replace_actions(session, symbol_id, plan.told, now=now)
    note_known(session, status, bars, plan.told)
    found = [*plan.findings, *([check.finding] if check.finding is not None else [])]
    names = {finding.id for finding in found}
    kept = [one for one in status.findings if one["id"] in STICKY and one["id"] not in names]
    summarise(session, status, [finding.as_dict() for finding in found] + kept)
    mostly_ours = len(bars) > status.sessions or status.capability is None
    capability = CAPABILITY if mostly_ours else status.capability
    write_status(
        session, symbol_id, capability=capability, last_attempt_at=now, last_success_at=now,
        problem=None,
    )  # fmt: skip
    return Imported(
        merged,
        rows=len(file.bars),
        left_out=len(file.bars) - len(bars),
        actions=plan.told.actions if plan.told is not None else (),
        ignored_columns=file.ignored_columns,
        status=status_of(session, ticker),
    )


def latest_clock(market_clock: MarketClock) -> datetime:
    """A fixed market clock stands in the past; a file may well hold what came after it."""
    return max(market_clock.now(), MarketClock().now())


def read_rows(lines: Iterable[str], *, last_date: date) -> ImportedFile:
    try:
        return read_file(lines, last_date=last_date)
    except FileRejected as rejected:
        raise rejection(rejected) from rejected
    except UnicodeDecodeError as error:
        raise FileNotUsable(
            "The file is not UTF-8 text; save it as CSV in UTF-8 and send it again."
        ) from error


def rejection(rejected: FileRejected) -> FileNotUsable:
    """Each wrong row with its line; a file with very many shows the first of them."""
    errors = [
        FieldError(f"Line {error.line}: {error.detail}", pointer=f"/file/{error.line}")
        for error in rejected.errors
    ]
    first = f" The first {len(errors)} are listed." if rejected.count > len(errors) else ""
    mistakes = "1 mistake" if rejected.count == 1 else f"{rejected.count} mistakes"
    detail = f"The file has {mistakes}; nothing of it was stored.{first}"
    return FileNotUsable(detail, errors=tuple(errors))


def planned(
    session: Session, status: StatusOfSymbol, file: ImportedFile, prices: Prices
) -> ImportPlan:
    try:
        return plan_import(file, prices, splits_on_record=known_splits(session, status, file))
    except FileRejected as rejected:
        raise rejection(rejected) from rejected
    except SplitsNeeded as error:
        raise SplitsUnknown(
            f"Prices adjusted for splits cannot be turned back into traded ones: the file has no "
            f"column with the splits, and those of {status.ticker} are not known through the "
            "file's last session. Add a column `split`, or send the prices as traded."
        ) from error


def known_splits(
    session: Session, status: StatusOfSymbol, file: ImportedFile
) -> tuple[Action, ...] | None:
    """The splits on record, when they reach over all of the file.

    A file that begins before the first stored bar may contain splits that were not kept.
    """
    first, last = file.bars.date[0].item(), file.bars.date[-1].item()
    through = status.known.splits_through
    if through is None or through < last or status.first_date is None:
        return None
    return splits_of(session, status.symbol_id) if first >= status.first_date else None


def refuse_contradiction(stored: BarSeries, plan: ImportPlan) -> None:
    """A file that disagrees with most of what is stored is another share's, or adjusted."""
    share = agreement(stored, plan.bars)
    if share is not None and share < LEAST_AGREEMENT:
        raise FileDisagrees(
            f"Only {share:.0%} of the closes that the file shares with the stored bars agree with "
            "them: is it another share, or are its prices adjusted? Nothing was stored."
        )
