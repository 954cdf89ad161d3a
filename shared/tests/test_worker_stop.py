"""A worker that is told to stop finishes its task, or hands it back in time; nobody does it twice meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from barline_core.db import sqlalchemy_url
from barline_core.queue import deferring_app

from .stopping_worker import QUEUE, tasks

PROGRAM = Path(__file__).with_name("stopping_worker.py")
PATIENCE_S = 60


class RunningWorker:
    """A worker process, and the lines it has written so far."""

    def __init__(self, url: str, grace_s: float) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env={"PATH": os.environ["PATH"], "DATABASE_URL": url, "GRACE_S": str(grace_s)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def count(self, word: str) -> int:
        return sum(line.strip() == word for line in list(self.lines))

    def says(self, word: str) -> None:
        wait_until(lambda: self.count(word) > 0, lambda: "".join(self.lines))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def wait_until(
    condition: Callable[[], bool], otherwise: Callable[[], str] = lambda: "in vain"
) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)


@pytest.fixture
def start(database_url: str) -> Iterator[Callable[[float], RunningWorker]]:
    with ExitStack() as stack:

        def one_more(grace_s: float) -> RunningWorker:
            worker = RunningWorker(database_url, grace_s)
            stack.callback(worker.close)
            return worker

        yield one_more
    with create_engine(sqlalchemy_url(database_url)).begin() as connection:
        connection.execute(text("DELETE FROM queue.procrastinate_jobs"))


def order(url: str, seconds: float) -> None:
    with deferring_app(url, tasks, namespace=QUEUE) as app:
        app.configure_task(f"{QUEUE}:slow").defer(seconds=seconds)


def on_the_queue(url: str) -> list[str]:
    with create_engine(sqlalchemy_url(url)).connect() as connection:
        return list(connection.scalars(text("SELECT status FROM queue.procrastinate_jobs")))


def test_a_task_in_hand_is_finished_and_no_other_is_begun(
    database_url: str, start: Callable[[float], RunningWorker]
) -> None:
    """It takes longer than a worker may be silent, and another worker is looking for tasks of the dead."""
    worker = start(20.0)
    order(database_url, 3.0)
    worker.says("begun")
    other = start(20.0)
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(PATIENCE_S) == 0
    assert worker.count("done") == 1
    assert other.count("begun") == 0
    assert on_the_queue(database_url) == []


def test_a_task_that_waits_is_left_to_others(
    database_url: str, start: Callable[[float], RunningWorker]
) -> None:
    worker = start(20.0)
    order(database_url, 1.0)
    worker.says("begun")
    order(database_url, 0.0)
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(PATIENCE_S) == 0
    assert worker.count("begun") == worker.count("done") == 1
    assert on_the_queue(database_url) == ["todo"]


def test_a_task_that_takes_too_long_is_handed_back_and_the_worker_ends_in_time(
    database_url: str, start: Callable[[float], RunningWorker]
) -> None:
    worker = start(1.0)
    order(database_url, 600.0)
    worker.says("begun")
    told_at = time.monotonic()
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(PATIENCE_S) == 0
    assert 1.0 <= time.monotonic() - told_at < 20
    assert on_the_queue(database_url) == ["todo"]
    assert "task.handed_back" in "".join(worker.lines)
    start(1.0).says("begun")
