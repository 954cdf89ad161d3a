"""200 clients at once for a minute on a mix of routes: nobody gets an error, and memory stays flat."""

import json
import re
import threading
from pathlib import Path

from installation import Installation, installation
from wrk import ask

CLIENTS, SECONDS = 200, 60
WARM_SECONDS = 15
ALLOWED = {"200", "404", "429", "503"}  # one of the routes does not exist
PROCESSES = ("gateway", "ingestion", "backtest", "prediction", "reports")
SCRIPT = Path(__file__).with_name("mixed_load.lua")


def main() -> None:
    with installation() as running:
        headers = {"Authorization": running.bearer()}
        ask(running.base_url, clients=CLIENTS, seconds=WARM_SECONDS, headers=headers, script=SCRIPT)
        memory = Memory(running)
        result = ask(
            running.base_url, clients=CLIENTS, seconds=SECONDS, headers=headers, script=SCRIPT
        )
        growth = memory.stop()
    statuses = dict(re.findall(r"(\d{3})=(\d+)", result.output.partition("STATUSES")[2]))
    unsaid = re.search(r"UNSAID (\d+)", result.output)
    assert statuses.keys() <= ALLOWED, result.output
    assert unsaid is not None, result.output
    assert unsaid.group(1) == "0", result.output
    assert result.socket_errors == 0, result.output
    print(
        json.dumps(
            {
                "benchmark": "mixed_load",
                "clients": CLIENTS,
                "seconds": SECONDS,
                "requests": result.requests,
                "per_s": round(result.per_second),
                "median_ms": round(result.median_ms),
                "p99_ms": round(result.p99_ms),
                "statuses": {code: int(count) for code, count in sorted(statuses.items())},
                "memory_mb_growth": growth,
            }
        )
    )


class Memory:
    """Growth of each process: the highest of the second half of a run, less the highest of the first."""

    def __init__(self, running: Installation) -> None:
        self._running = running
        self._over = threading.Event()
        self._samples: list[dict[str, float]] = []
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def _sample(self) -> None:
        while not self._over.wait(0.5):
            self._samples.append({name: self._running.resident_mb(name) for name in PROCESSES})

    def stop(self) -> dict[str, float]:
        self._over.set()
        self._thread.join()
        half = len(self._samples) // 2
        early, late = self._samples[:half], self._samples[half:]
        return {
            name: round(max(one[name] for one in late) - max(one[name] for one in early), 1)
            for name in PROCESSES
        }


if __name__ == "__main__":
    main()
