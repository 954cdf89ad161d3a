"""A small read through the gateway beside the same read at the service: what the door costs."""

import json
import statistics

from installation import Installation, installation
from wrk import Heard, ask

SERVICE, PATH = "backtest", "/back_test/runs"
ROUNDS, SECONDS = 5, 4
CLIENTS = 16


def main() -> None:
    with installation() as running:
        both(running, 1)  # warms pools and caches
        single = [both(running, 1) for _ in range(ROUNDS)]
        before = running.cpu_s("gateway")
        many = [both(running, CLIENTS) for _ in range(ROUNDS)]
        spent_s = running.cpu_s("gateway") - before
    direct_ms = statistics.median(direct.median_ms for direct, _ in single)
    gateway_ms = statistics.median(gateway.median_ms for _, gateway in single)
    direct_rps = statistics.median(direct.per_second for direct, _ in many)
    gateway_rps = statistics.median(gateway.per_second for _, gateway in many)
    answered = sum(gateway.requests for _, gateway in many)
    print(
        json.dumps(
            {
                "benchmark": "proxied_read",
                "path": PATH,
                "direct_median_ms": round(direct_ms, 2),
                "gateway_median_ms": round(gateway_ms, 2),
                "added_median_ms": round(gateway_ms - direct_ms, 2),
                "clients": CLIENTS,
                "direct_per_s": round(direct_rps),
                "gateway_per_s": round(gateway_rps),
                "gateway_to_direct": round(gateway_rps / direct_rps, 2),
                "gateway_cpu_ms_a_request": round(spent_s / answered * 1000, 2),
            }
        )
    )


def both(running: Installation, clients: int) -> tuple[Heard, Heard]:
    """One round: at the service, then through the gateway."""
    direct = ask(
        running.service_url(SERVICE) + PATH,
        clients=clients,
        seconds=SECONDS,
        headers={"Authorization": running.internal_bearer(SERVICE)},
    )
    gateway = ask(
        running.base_url + PATH,
        clients=clients,
        seconds=SECONDS,
        headers={"Authorization": running.bearer()},
    )
    for round_ in (direct, gateway):
        assert round_.not_2xx_or_3xx == round_.socket_errors == 0, round_.output
    return direct, gateway


if __name__ == "__main__":
    main()
