"""How fast bars are merged, beside the raw COPY of the same rows: `python merge.py --rows
10000000`.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace

from sqlalchemy import text
from stage import FIRST_FILLED, SESSIONS, Stage, fill, made_up_bars, stage

from barline_core.clock import utc_now
from barline_ingestion.bar_payload import Bars
from barline_ingestion.store.bars import copy, copy_rows, merge_bars

SYMBOLS = 40
HALF = SESSIONS // 2


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows stored beforehand")
    stored_rows = options.parse_args().rows
    bars = [made_up_bars(seed) for seed in range(SYMBOLS)]
    halves = [rows_of(one, slice(0, HALF)) for one in bars]
    with stage() as ground:
        rates = {"first_load_into_empty": merging(ground, bars, ids(1, 1))}
        symbols = fill(ground.database, stored_rows)
        newest, amid = ids(FIRST_FILLED + 2 * symbols, 1), ids(FIRST_FILLED + 1, 2)
        rates["first_load"] = merging(ground, bars, newest)
        rates["first_load_of_an_old_id"] = merging(ground, bars, amid)
        for number, half in zip(ids(FIRST_FILLED + 1 + 2 * SYMBOLS, 2), halves, strict=True):
            merge(ground, number, half)
        rates["half_new"] = merging(ground, bars, ids(FIRST_FILLED + 1 + 2 * SYMBOLS, 2))
        rates["all_revised"] = merging(ground, [shifted(one) for one in bars], amid)
        rates["unchanged"] = merging(ground, [shifted(one) for one in bars], amid)
    figures = {"benchmark": "merge", "rows": SYMBOLS * SESSIONS, "rows_stored_before": stored_rows}
    for name, (merged, copied) in rates.items():
        figures |= {
            f"{name}_rows_per_s": merged,
            f"{name}_copy_rows_per_s": copied,
            f"{name}_to_copy": round(merged / copied, 3),
        }
    print(json.dumps(figures))


def ids(first: int, step: int) -> range:
    """Of the symbols that are merged: a registered symbol's is the newest, a refreshed one's is not."""
    return range(first, first + step * SYMBOLS, step)


def merging(ground: Stage, bars: list[Bars], symbol_ids: range) -> tuple[int, int]:
    """Rows a second of merging, one transaction a symbol as the worker does it, and of the raw COPY.

    Both are medians, taken in turns: the whole yardstick before each quarter of the symbols.
    """
    copies, merges = [], []
    for number, (symbol_id, one) in enumerate(zip(symbol_ids, bars, strict=True)):
        if number % (SYMBOLS // 4) == 0:
            copies.append(raw_copy(ground, bars))
        merges.append(merge(ground, symbol_id, one))
    rows = SYMBOLS * SESSIONS
    return round(SESSIONS / statistics.median(merges)), round(rows / statistics.median(copies))


def merge(ground: Stage, symbol_id: int, bars: Bars) -> float:
    started = time.perf_counter()
    with ground.database.transaction() as session:
        merge_bars(session, symbol_id, bars, now=utc_now())
    return time.perf_counter() - started


def raw_copy(ground: Stage, bars: list[Bars]) -> float:
    """The yardstick: one COPY of all rows into an empty table of the same shape, index included."""
    now = utc_now()
    parts = [copy_rows(number, one, now) for number, one in enumerate(bars)]
    header, trailer = parts[0][:19], parts[0][-2:]
    body = header + b"".join(part[19:-2] for part in parts) + trailer
    with ground.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS yardstick"))
        connection.execute(text("CREATE TABLE yardstick (LIKE market.daily_bar INCLUDING ALL)"))
    started = time.perf_counter()
    with ground.database.engine.begin() as connection:
        copy(connection, "yardstick", body)
    return time.perf_counter() - started


def rows_of(bars: Bars, chosen: slice) -> Bars:
    columns = ("date", "open", "high", "low", "close", "volume")
    return replace(bars, **{name: getattr(bars, name)[chosen] for name in columns})


def shifted(bars: Bars) -> Bars:
    return replace(bars, close=bars.close + 0.01)


if __name__ == "__main__":
    main()
