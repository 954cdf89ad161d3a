"""How fast 20 years of one symbol are read as JSON, beside psql: `python read.py --rows 50000000`."""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import text
from stage import FIRST_FILLED, Stage, beside, fill, made_up_bars, stage

from barline_core.clock import utc_now
from barline_core.embedded import binaries
from barline_core.testing import serving
from barline_core.tokens import Signer, load_signer, write_key_pair
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store.bars import merge_bars

REPEATS = 40
FEW = 50_000
AT_ONCE, DAILY = "IBM", "MSFT"  # loaded at once; its newest fifth came day by day
SQL = """
SELECT json_agg(json_build_object('date', date, 'open', open, 'high', high, 'low', low,
                                  'close', close, 'volume', volume) ORDER BY date)
FROM market.daily_bar WHERE symbol_id = (SELECT id FROM market.symbol WHERE ticker = '{}')
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows of other symbols")
    rows = options.parse_args().rows
    with stage() as ground, beside(ground) as small, tempfile.TemporaryDirectory() as keys:
        for place, count in ((small, FEW), (ground, rows)):
            furnish(place, count)
        taken = measure({"few": small, "many": ground}, Path(keys))
    figures: dict[str, object] = {"benchmark": "read", "rows_few": FEW, "rows_many": rows}
    figures |= {f"{name}_ms": value for name, value in taken.items()}
    for kind in ("at_once", "daily"):
        many = taken[f"service_{kind}_many"]
        figures |= {
            f"{kind}_service_to_psql": round(many / taken[f"psql_{kind}_many"], 2),
            f"{kind}_many_to_few": round(many / taken[f"service_{kind}_few"], 2),
        }
    print(json.dumps(figures))


def furnish(place: Stage, rows: int) -> None:
    """Twenty years of two symbols, and bars of others."""
    with place.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO market.symbol (id, ticker) OVERRIDING SYSTEM VALUE"
                " VALUES (1, :at_once), (:filled, :daily)"
            ),
            {"at_once": AT_ONCE, "daily": DAILY, "filled": FIRST_FILLED + 4},
        )
        merge_bars(session, 1, made_up_bars(1), now=utc_now())
    fill(place.database, rows)


def measure(places: Mapping[str, Stage], keys: Path) -> dict[str, float]:
    """Medians in milliseconds: through the services over HTTP, and by psql processes."""
    write_key_pair(keys, "gateway")
    works: dict[str, Callable[[], bytes]] = {}
    with ExitStack() as stack:
        for size, place in places.items():
            settings = IngestionSettings(
                database_url=place.url, internal_keys_dir=keys, log_level="warning"
            )
            url = stack.enter_context(serving(create_app(settings)))
            client = stack.enter_context(httpx.Client(base_url=url))
            for kind, ticker in (("at_once", AT_ONCE), ("daily", DAILY)):
                by_service = partial(ask, client, load_signer(keys / "gateway.key"), ticker)
                by_psql = partial(psql, place, ticker)
                assert len(json.loads(by_service())["bars"]) == len(json.loads(by_psql()))
                works |= {f"service_{kind}_{size}": by_service, f"psql_{kind}_{size}": by_psql}
        return medians_ms(works)


def ask(client: httpx.Client, signer: Signer, ticker: str) -> bytes:
    token = signer.sign(audience="ingestion", user_id=1, scope="read")
    answer = client.get(
        f"/symbols/{ticker}/bars?price_basis=split", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.raise_for_status().content


def psql(place: Stage, ticker: str) -> bytes:
    return subprocess.run(
        [str(binaries() / "psql"), "-XAtq", "-c", SQL.format(ticker), place.url],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout


def medians_ms(works: Mapping[str, Callable[[], bytes]]) -> dict[str, float]:
    """Taken in turns, so that whatever else the machine does hits all of them."""
    durations: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            durations[name].append(time.perf_counter() - started)
    return {name: round(statistics.median(taken) * 1000, 2) for name, taken in durations.items()}


if __name__ == "__main__":
    main()
