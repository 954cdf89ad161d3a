"""Asks an installation on the sandbox for everything, steadily, and counts what was not answered as it should be.

    load.py BASE_URL API_KEY_FILE [--seconds 60] [--clients 6] [--per-second 12] [--only SERVICE] [--until FILE]

One JSON line on standard output. A request is lost when there is no answer, or another one than when nobody disturbs:
nothing is asked twice. Half of the clients keep their connection, as browsers and proxies do; the others come anew each
time.
"""

import argparse
import itertools
import json
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PATIENCE_S = 60.0
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and what its answer must say."""

    service: str
    method: str
    path: str
    status: tuple[int, ...]
    proof: bytes
    body: dict[str, object] | None = None


@dataclass(slots=True)
class Tally:
    """What became of the requests, by service."""

    asked: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, question: Question, took_s: float, loss: str | None) -> None:
        with self.lock:
            self.asked[question.service] += 1
            self.took_s.append(took_s)
            if loss is not None:
                self.lost[question.service] += 1
                moment = time.strftime("%H:%M:%S", time.gmtime())
                self.losses.append(f"{moment} {question.method} {question.path}: {loss}")

    def line(self, seconds: float) -> str:
        ordered = sorted(self.took_s) or [0.0]
        return json.dumps(
            {
                "seconds": round(seconds, 1),
                "requests": self.asked.total(),
                "lost": self.lost.total(),
                "by_service": dict(self.asked),
                "lost_by_service": dict(self.lost),
                "median_ms": round(statistics.median(ordered) * 1000, 1),
                "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
                "slowest_ms": round(ordered[-1] * 1000, 1),
                "losses": self.losses[:MOST_SHOWN],
            }
        )


def questions(run_id: str, only: str | None) -> "itertools.cycle[Question]":
    """Every service, by reads and by writes; the windows differ, so that backtests are computed and not found."""
    asked = []
    for step in range(120):
        sell = 100 + step
        asked += [
            Question("gateway", "GET", "/financial_data/data", (200,), b'"results"'),
            Question("ingestion", "GET", "/financial_data/data?symbol=IBM&start=2013-01-02", (200,), b'"date"'),
            Question("backtest", "GET", f"/back_test?symbol=IBM&winbuy=50&winsell={sell}", (200,), b'"total_return"'),
            Question("prediction", "GET", "/ai_prediction?symbol=IBM", (200,), b'"predictions"'),
            Question("ingestion", "POST", "/financial_data/refresh", (200, 202), b"state", {"symbols": ["IBM"]}),
            Question("backtest", "POST", f"/back_test/runs/{run_id}/verify", (200,), b"identical"),
            Question("reports", "GET", "/back_test?symbol=IBM&winbuy=50&winsell=200&format=pdf", (200,), b"%PDF-"),
        ]  # fmt: skip
    return itertools.cycle([question for question in asked if only in {None, question.service}])


def loss_of(client: httpx.Client, question: Question) -> str | None:
    """Why the answer is not what it should be; None when it is."""
    try:
        answer = client.request(question.method, question.path, json=question.body)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    if answer.status_code not in question.status or question.proof not in answer.content:
        return f"{answer.status_code} {answer.text[:300]}"
    return None


class Load:
    """Clients that take turns at one list of questions, at one pace, until the time is over or `until` is there."""

    def __init__(self, base_url: str, key: str, *, per_second: float, until: Path | None) -> None:
        self.base_url = base_url
        self.headers = {"Authorization": f"Bearer {key}", "Host": "localhost"}
        self.pause_s = 1 / per_second
        self.until = until
        self.tally = Tally()
        self._turn = threading.Lock()
        self._next_at = time.monotonic()

    def run(self, seconds: float, clients: int, only: str | None) -> float:
        self._questions = questions(self.first_run(), only)
        started = self._next_at = time.monotonic()
        threads = [
            threading.Thread(target=self.ask_on, args=(started + seconds, number % 2 == 0))
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - started

    def client(self) -> httpx.Client:
        # The certificate may be one's own, and is not what is tried here.
        return httpx.Client(
            base_url=self.base_url,
            headers=self.headers,
            timeout=PATIENCE_S,
            verify=False,  # noqa: S501 - see above
        )

    def first_run(self) -> str:
        """The id of a backtest, for verifying it again and again."""
        with self.client() as client:
            answer = client.get("/back_test?symbol=IBM&winbuy=50&winsell=200")
            answer.raise_for_status()
            return str(answer.json()["run_id"])

    def ask_on(self, end: float, keeps_connection: bool) -> None:
        kept = self.client() if keeps_connection else None
        while (question := self.take_turn(end)) is not None:
            client = kept or self.client()
            started = time.perf_counter()
            loss = loss_of(client, question)
            self.tally.count(question, time.perf_counter() - started, loss)
            if kept is None:
                client.close()
        if kept is not None:
            kept.close()

    def take_turn(self, end: float) -> Question | None:
        """The next question when it is due; None when there is none any more."""
        with self._turn:
            now = time.monotonic()
            if now >= end or (self.until is not None and self.until.exists()):
                return None
            self._next_at = max(now, self._next_at + self.pause_s)
            time.sleep(self._next_at - now)
            return next(self._questions)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("base_url")
    parser.add_argument("api_key_file", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--per-second", type=float, default=12.0)
    parser.add_argument(
        "--only", help="one service: gateway, ingestion, backtest, prediction, reports"
    )
    parser.add_argument("--until", type=Path, help="stop when this file is there")
    chosen = parser.parse_args(arguments)
    key = chosen.api_key_file.read_text().strip()
    load = Load(chosen.base_url, key, per_second=chosen.per_second, until=chosen.until)
    took_s = load.run(chosen.seconds, chosen.clients, chosen.only)
    print(load.tally.line(took_s), flush=True)
    return 1 if load.tally.lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
