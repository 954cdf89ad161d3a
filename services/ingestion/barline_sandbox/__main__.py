"""`python -m barline_sandbox --port 8010`: the stand-in for Alpha Vantage, with real bars from 2000
to 2013.
"""

import argparse
import time
from collections import ChainMap
from collections.abc import Mapping
from datetime import date

import uvicorn

from barline_sandbox.app import create_app
from barline_sandbox.exchange import Exchange
from barline_sandbox.generated import GeneratedListing
from barline_sandbox.history import NAMES, real_history
from barline_sandbox.keys import KeyBook, Limits, Tier
from barline_sandbox.series import ListedSeries


def main() -> None:
    # The access log would hold the keys of every request.
    arguments = parser().parse_args()
    uvicorn.run(
        create_app(exchange_of(arguments)),
        host=arguments.host,
        port=arguments.port,
        access_log=False,
        log_level="critical" if arguments.quiet else "warning",
    )


def exchange_of(arguments: argparse.Namespace) -> Exchange:
    """The exchange the command line describes."""
    limits = Limits(
        requests_per_day=arguments.requests_per_day,
        seconds_between_requests=arguments.seconds_between,
    )
    tiers = {"demo": Tier.DEMO} | dict(arguments.key)
    keys = KeyBook(time.monotonic, default_tier=arguments.default_tier, tiers=tiers, limits=limits)
    generated = GeneratedListing(arguments.generate)
    listing: Mapping[str, ListedSeries] = ChainMap(dict(real_history()), generated)  # type: ignore[arg-type]  # ChainMap wants both mutable; it is only read
    return Exchange(
        listing,
        keys=keys,
        market_date=arguments.market_date,
        names={**NAMES, **generated.names},
        latency_s=arguments.latency,
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
    options.add_argument(
        "--generate", type=int, default=0, metavar="N", help="list N made-up shares too"
    )
    options.add_argument("--requests-per-day", type=int, default=25, help="of a free key")
    options.add_argument("--seconds-between", type=float, default=1.0, help="of a free key")
    options.add_argument("--latency", type=float, default=0.0, help="seconds before an answer")
    options.add_argument("--quiet", action="store_true", help="say nothing of broken connections")
    return options


def key_and_tier(text: str) -> tuple[str, Tier]:
    key, _, tier = text.rpartition("=")
    return key, Tier(tier)


if __name__ == "__main__":
    main()
