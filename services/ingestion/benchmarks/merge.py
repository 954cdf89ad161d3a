"""How fast bars are merged, beside the raw COPY of the same rows: `python merge.py --rows
10000000`.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace

from sqlalchemy import text
from stage import SESSIONS, Stage, fill, made_up_bars, stage

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
    rows = SYMBOLS * SESSIONS
    with stage() as ground:
        copies = [raw_copy(ground, bars)]
        empty_s = merge_all(ground, bars, first_id=1)
        copies.append(raw_copy(ground, bars))
        fill(ground.database, stored_rows)
        first_s = merge_all(ground, bars, first_id=101)
        halves = [(rows_of(one, slice(0, HALF)), one) for one in bars]
        merge_all(ground, [first for first, _ in halves], first_id=201)
        grown_s = merge_all(ground, [whole for _, whole in halves], first_id=201)
        again_s = merge_all(ground, [shifted(one) for one in bars], first_id=101)
        same_s = merge_all(ground, [shifted(one) for one in bars], first_id=101)
        copies.append(raw_copy(ground, bars))
        by_symbol_s = copy_by_symbol(ground, bars)
    copy_s = statistics.median(copies)
    print(
        json.dumps(
            {
                "benchmark": "merge",
                "rows": rows,
                "rows_stored_before": stored_rows,
                "raw_copy_rows_per_s": round(rows / copy_s),
                "copy_by_symbol_rows_per_s": round(rows / by_symbol_s),
                "first_load_into_empty_rows_per_s": round(rows / empty_s),
                "first_load_rows_per_s": round(rows / first_s),
                "first_load_to_copy": round(copy_s / first_s, 3),
                "first_load_to_copy_by_symbol": round(by_symbol_s / first_s, 3),
                "half_new_rows_per_s": round(rows / grown_s),
                "half_new_to_copy": round(copy_s / grown_s, 3),
                "all_revised_rows_per_s": round(rows / again_s),
                "unchanged_rows_per_s": round(rows / same_s),
                "unchanged_to_copy": round(copy_s / same_s, 3),
            }
        )
    )


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


def copy_by_symbol(ground: Stage, bars: list[Bars]) -> float:
    """The same yardstick with a transaction a symbol, which waits for the disk as often as we do."""
    with ground.database.engine.begin() as connection:
        connection.execute(text("TRUNCATE yardstick"))
    seconds = []
    for number, one in enumerate(bars):
        body = copy_rows(number, one, utc_now())
        started = time.perf_counter()
        with ground.database.engine.begin() as connection:
            copy(connection, "yardstick", body)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * len(bars)


def merge_all(ground: Stage, bars: list[Bars], *, first_id: int) -> float:
    """One transaction a symbol, as the worker does it; the median symbol counts for all."""
    seconds = []
    for number, one in enumerate(bars, start=first_id):
        started = time.perf_counter()
        with ground.database.transaction() as session:
            merge_bars(session, number, one, now=utc_now())
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * len(bars)


def rows_of(bars: Bars, chosen: slice) -> Bars:
    columns = ("date", "open", "high", "low", "close", "volume")
    return replace(bars, **{name: getattr(bars, name)[chosen] for name in columns})


def shifted(bars: Bars) -> Bars:
    return replace(bars, close=bars.close + 0.01)


if __name__ == "__main__":
    main()
