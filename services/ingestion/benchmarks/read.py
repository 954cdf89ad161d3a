"""How fast 20 years of one symbol are read as JSON, beside psql: `python read.py --rows 50000000`."""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from sqlalchemy import text
from stage import Stage, fill, made_up_bars, stage

from barline_core.clock import utc_now
from barline_core.embedded import binaries
from barline_core.testing import serving
from barline_core.tokens import load_signer, write_key_pair
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store.bars import merge_bars

REPEATS = 40
SQL = """
SELECT json_agg(json_build_object('date', date, 'open', open, 'high', high, 'low', low,
                                  'close', close, 'volume', volume) ORDER BY date)
FROM market.daily_bar WHERE symbol_id = (SELECT id FROM market.symbol WHERE ticker = 'IBM')
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows of other symbols")
    rows = options.parse_args().rows
    with stage() as ground, tempfile.TemporaryDirectory() as folder:
        with ground.database.transaction() as session:
            session.execute(text("INSERT INTO market.symbol (ticker) VALUES ('IBM')"))
        with ground.database.transaction() as session:
            merge_bars(session, 1, made_up_bars(1), now=utc_now())
        fill(ground.database, 50_000)
        few = measure(ground, Path(folder))
        fill_more(ground, rows)
        many = measure(ground, Path(folder))
    print(
        json.dumps(
            {
                "benchmark": "read",
                "rows_few": 50_000,
                "rows_many": rows,
                **{f"{name}_few_ms": value for name, value in few.items()},
                **{f"{name}_many_ms": value for name, value in many.items()},
                "service_to_psql": round(many["service"] / many["psql"], 2),
                "many_to_few": round(many["service"] / few["service"], 2),
            }
        )
    )


def fill_more(ground: Stage, rows: int) -> None:
    with ground.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM market.daily_bar WHERE symbol_id >= 1000000"))
    fill(ground.database, rows)


def measure(ground: Stage, folder: Path) -> dict[str, float]:
    """Medians in milliseconds: through the service over HTTP, and a psql process."""
    if not (folder / "gateway.key").exists():
        write_key_pair(folder, "gateway")
    settings = IngestionSettings(
        database_url=ground.url, internal_keys_dir=folder, log_level="warning"
    )
    signer = load_signer(folder / "gateway.key")
    with serving(create_app(settings)) as url, httpx.Client(base_url=url) as client:

        def service() -> bytes:
            token = signer.sign(audience="ingestion", user_id=1, scope="read")
            answer = client.get(
                "/symbols/IBM/bars?price_basis=split", headers={"Authorization": f"Bearer {token}"}
            )
            return answer.raise_for_status().content

        assert len(json.loads(service())["bars"]) == len(json.loads(psql(ground)))
        return medians_ms({"service": service, "psql": lambda: psql(ground)})


def psql(ground: Stage) -> bytes:
    return subprocess.run(
        [str(binaries() / "psql"), "-XAtq", "-c", SQL, ground.url],
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
