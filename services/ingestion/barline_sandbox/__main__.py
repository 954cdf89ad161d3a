"""`python -m barline_sandbox --port 8010`: the stand-in for Alpha Vantage, with real bars from 2000
to 2013.
"""

import argparse
import time
from datetime import date

import uvicorn

from barline_sandbox.app import create_app
from barline_sandbox.exchange import Exchange
from barline_sandbox.history import real_history
from barline_sandbox.keys import KeyBook, Tier


def main() -> None:
    arguments = parser().parse_args()
    tiers = {"demo": Tier.DEMO} | dict(arguments.key)
    keys = KeyBook(time.monotonic, default_tier=arguments.default_tier, tiers=tiers)
    exchange = Exchange(real_history(), keys=keys, market_date=arguments.market_date)
    # The access log would hold the keys of every request.
    uvicorn.run(
        create_app(exchange),
        host=arguments.host,
        port=arguments.port,
        access_log=False,
        log_level="warning",
    )


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m barline_sandbox", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, required=True)
    options.add_argument(
        "--default-tier",
        type=Tier,
        choices=list(Tier),
        default=Tier.PREMIUM,
        help="what any key is",
    )
    options.add_argument(
        "--key",
        type=key_and_tier,
        action="append",
        default=[],
        metavar="KEY=TIER",
        help="a special key",
    )
    options.add_argument(
        "--market-date", type=date.fromisoformat, help="stand at the end of this day (YYYY-MM-DD)"
    )
    return options


def key_and_tier(text: str) -> tuple[str, Tier]:
    key, _, tier = text.rpartition("=")
    return key, Tier(tier)


if __name__ == "__main__":
    main()
