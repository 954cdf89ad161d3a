"""Reads that ask only for what has changed: how many 304s a core gives in a second, beside the whole answers."""

import json
import statistics

import httpx
from installation import Installation, installation
from wrk import ask

PATH = "/financial_data/data?symbol=IBM"
CLIENTS, ROUNDS, SECONDS = 8, 5, 4
AIM_PER_CORE_S = 1000


def main() -> None:
    with installation() as running:
        etag = etag_of(running)
        unchanged = {"Authorization": running.bearer(), "If-None-Match": etag}
        ask(running.base_url + PATH, clients=CLIENTS, seconds=2, headers=unchanged)
        rounds = [a_round(running, unchanged) for _ in range(ROUNDS)]
        whole = a_round(running, {"Authorization": running.bearer()})
    per_core = statistics.median(per_core_s for _, per_core_s in rounds)
    print(
        json.dumps(
            {
                "benchmark": "conditional_reads",
                "path": PATH,
                "clients": CLIENTS,
                "unchanged_per_s": round(statistics.median(per_s for per_s, _ in rounds)),
                "unchanged_per_core_s": round(per_core),
                "whole_per_s": round(whole[0]),
                "aim_per_core_s": AIM_PER_CORE_S,
                "aim_met": per_core >= AIM_PER_CORE_S,
            }
        )
    )


def etag_of(running: Installation) -> str:
    """The answer's ETag, once it is shown that asking with it gives a 304."""
    headers = {"Authorization": running.bearer()}
    with httpx.Client(base_url=running.base_url, headers=headers, trust_env=False) as client:
        etag = client.get(PATH).raise_for_status().headers.get("ETag")
        if etag is None:
            raise SystemExit(f"{PATH} has no ETag")
        assert client.get(PATH, headers={"If-None-Match": etag}).status_code == 304
    return str(etag)


def a_round(running: Installation, headers: dict[str, str]) -> tuple[float, float]:
    """Answers a second, and answers for each second of processor time the gateway used."""
    before = running.cpu_s("gateway")
    result = ask(running.base_url + PATH, clients=CLIENTS, seconds=SECONDS, headers=headers)
    assert result.not_2xx_or_3xx == result.socket_errors == 0, result.output
    return result.per_second, result.requests / (running.cpu_s("gateway") - before)


if __name__ == "__main__":
    main()
