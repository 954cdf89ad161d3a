"""How fast bars are merged, beside the raw COPY of the same rows: `python merge.py --rows
10000000`.
"""

import argparse
import json
import time
from dataclasses import replace

from sqlalchemy import text
from stage import SESSIONS, Stage, fill, made_up_bars, stage

from barline_core.clock import utc_now
from barline_ingestion.bar_payload import Bars
from barline_ingestion.store.bars import copy, copy_rows, merge_bars

SYMBOLS = 40


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows stored beforehand")
    stored_rows = options.parse_args().rows
    bars = [made_up_bars(seed) for seed in range(SYMBOLS)]
    rows = SYMBOLS * SESSIONS
    with stage() as ground:
        copy_s = raw_copy(ground, bars)
        empty_s = merge_all(ground, bars, first_id=1)
        fill(ground.database, stored_rows)
        first_s = merge_all(ground, bars, first_id=101)
        again_s = merge_all(ground, [shifted(one) for one in bars], first_id=101)
        same_s = merge_all(ground, [shifted(one) for one in bars], first_id=101)
    print(
        json.dumps(
            {
                "benchmark": "merge",
                "rows": rows,
                "rows_stored_before": stored_rows,
                "raw_copy_rows_per_s": round(rows / copy_s),
                "first_load_into_empty_rows_per_s": round(rows / empty_s),
                "first_load_rows_per_s": round(rows / first_s),
                "first_load_to_copy": round(copy_s / first_s, 3),
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
        connection.execute(text("CREATE TABLE yardstick (LIKE market.daily_bar INCLUDING ALL)"))
    started = time.perf_counter()
    with ground.database.engine.begin() as connection:
        copy(connection, "yardstick", body)
    return time.perf_counter() - started


def merge_all(ground: Stage, bars: list[Bars], *, first_id: int) -> float:
    """One transaction a symbol, as the worker does it."""
    started = time.perf_counter()
    for number, one in enumerate(bars, start=first_id):
        with ground.database.transaction() as session:
            merge_bars(session, number, one, now=utc_now())
    return time.perf_counter() - started


def shifted(bars: Bars) -> Bars:
    return replace(bars, close=bars.close + 0.01)


if __name__ == "__main__":
    main()
