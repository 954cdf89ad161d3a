"""Fifty people ask for fifty different PDFs with charts at once: none may be lost, and the memory stays bounded.

Over real HTTP with PostgreSQL and the sample services, as the service is set up by default. Whoever is refused (503)
comes again after the seconds it was told. `lost` counts who got anything else or no PDF with all its charts. Memory is
private memory of this process, the rendering processes and their browsers together, looked at five times a second.
Needs the test extras (bokeh_sampledata). Prints one JSON line.
"""

import json
import os
import statistics
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import Request, Response

from barline_reports.memory import family, private_bytes

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.served_reports import reports_service
from tests.report_samples import microsoft
from tests.sample_services import PARTS, SampleServices, as_json, without

PEOPLE = 50
CHARTS = 10
PATIENCE_S = 600.0
LOOK_S = 0.2


class ManySymbols(SampleServices):
    """Answers with the symbol it is asked for, so that no two reports are one."""

    def answer_backtest(self, request: Request) -> Response:
        wanted = request.query_params.get("include", "trades,equity_curve").split(",")
        parts = without(self.backtest, *(part for part in PARTS if part not in wanted))
        return as_json(parts | {"symbol": request.query_params["symbol"]})


@dataclass(slots=True)
class Person:
    """What one of them saw. `told_s` are the seconds of each Retry-After."""

    seconds: float = 0.0
    told_s: list[int] = field(default_factory=list)
    answered: bool = False


def ask(client: httpx.Client, number: int) -> Person:
    person, started = Person(), time.monotonic()
    path = f"/documents/backtest?symbol=S{number}&winbuy=50&winsell=200&format=pdf"
    while time.monotonic() - started < PATIENCE_S:
        answer = client.get(path)
        if answer.status_code != 503:
            person.answered = answer.status_code == 200 and has_all_charts(answer.content)
            break
        person.told_s.append(int(answer.headers["Retry-After"]))
        time.sleep(person.told_s[-1])
    person.seconds = time.monotonic() - started
    return person


def has_all_charts(pdf: bytes) -> bool:
    """By the figures of its structure, which lies in its packed object stream."""
    _, _, packed = pdf.partition(b"/ObjStm")
    _, _, packed = packed.partition(b"stream\n")
    return zlib.decompressobj().decompress(packed).count(b"/S /Figure") == CHARTS


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """Bytes at each look, while the block runs."""
    looks, over = [private_bytes(family(os.getpid()))], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            looks.append(private_bytes(family(os.getpid())))

    watcher = threading.Thread(target=look)
    watcher.start()
    yield looks
    over.set()
    watcher.join()


def main() -> None:
    with reports_service(ManySymbols(microsoft())) as client:
        ask(client, 0)  # warms the first rendering process
        with watched_memory() as looks, ThreadPoolExecutor(PEOPLE) as crowd:
            started = time.monotonic()
            people = list(crowd.map(lambda number: ask(client, number), range(1, PEOPLE + 1)))
            all_s = time.monotonic() - started
    told = [seconds for person in people for seconds in person.told_s]
    result = {
        "benchmark": "many_at_once",
        "people": PEOPLE,
        "charts_each": CHARTS,
        "lost": sum(not person.answered for person in people),
        "refused": len(told),
        "retry_after_s": [min(told, default=0), max(told, default=0)],
        "all_s": round(all_s, 1),
        "median_s": round(statistics.median(person.seconds for person in people), 1),
        "slowest_s": round(max(person.seconds for person in people), 1),
        "memory_before_mb": round(looks[0] / 1e6),
        "memory_most_mb": round(max(looks) / 1e6),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
