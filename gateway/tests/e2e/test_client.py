"""The client and its command line against a running installation, and against servers that misbehave."""

import asyncio
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from barline_client import (
    AccessDenied,
    AsyncClient,
    BrokenAnswer,
    Client,
    InvalidRequest,
    JobFailed,
    NotFound,
    ServerUnreachable,
    calls,
)
from barline_client.models import Job, Ordered

if TYPE_CHECKING:
    from conftest import Stack

GRID = {"start": 5, "stop": 36, "step": 10}
SANDBOX = ["AAPL", "FB", "GOOG", "IBM", "MSFT"]


@pytest.fixture(scope="module")
def barline(stack: "Stack") -> Iterator[Client]:
    with Client(stack.base_url, stack.api_key) as client:
        yield client


def command(stack: "Stack", *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`barline` as a person starts it, with the installation's address and key in its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "BARLINE_URL": stack.base_url,
        "BARLINE_API_KEY": stack.api_key,
        "COLUMNS": "160",
        **settings,
    }
    program = Path(sys.executable).parent / "barline"
    return subprocess.run(
        [program, *words],
        env=environment,
        cwd=stack.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def server(*answers: bytes) -> Iterator[str]:
    """A server that gives these answers, one after the other, whatever it is asked."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(left.pop(0))
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()
    assert left == []


def answer(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


BUSY = (
    b'{"type": "about:too-many-requests", "title": "Too many", "status": 429, "detail": "Wait.", "instance": "/", '
    b'"request_id": "r"}'
)
ALIVE = b'{"status": "ok"}'


def test_a_wrong_key_is_refused_in_one_line_that_says_what_to_do(stack: "Stack") -> None:
    with Client(stack.base_url, "wrong") as client, pytest.raises(AccessDenied):
        client.send(calls.list_symbols())
    ended = command(stack, "status", BARLINE_API_KEY="wrong")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("barline: ")
    assert ended.stderr.count("\n") == 1
    assert "BARLINE_API_KEY" in ended.stderr


def test_an_unknown_symbol_is_named(stack: "Stack", barline: Client) -> None:
    with pytest.raises(NotFound) as raised:
        barline.send(calls.read_data("NONESUCH"))
    assert raised.value.kind == "unknown-symbol"
    ended = command(stack, "data", "NONESUCH")
    assert ended.returncode == 1
    assert "NONESUCH" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_mistake_names_its_parameter(barline: Client) -> None:
    with pytest.raises(InvalidRequest, match="winbuy: "):
        barline.send(calls.run_backtest("IBM", winbuy=1, winsell=200))


def test_nobody_at_the_address_is_said_plainly(stack: "Stack") -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        ended = command(stack, "status", BARLINE_URL=url)
    assert ended.returncode == 1
    assert f"{url} does not answer" in ended.stderr


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    busy = answer("429 Too Many Requests", BUSY, "Retry-After: 0")
    with server(busy, busy, answer("200 OK", ALIVE)) as url, Client(url, "key") as client:
        assert client.send(calls.read_liveness()).status == "ok"


@pytest.mark.parametrize("body", [b"{", b"<html>", b'{"status": null}'])
def test_broken_json_is_no_answer(body: bytes) -> None:
    with (
        server(answer("200 OK", body)) as url,
        Client(url, "key") as client,
        pytest.raises(BrokenAnswer),
    ):
        client.send(calls.read_liveness())


def test_a_download_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    target = tmp_path / "bars.csv"
    target.write_text("earlier")
    broken = answer("200 OK", b"date,open\n", length=10_000)
    with (
        server(broken) as url,
        Client(url, "key") as client,
        pytest.raises(ServerUnreachable),
    ):
        client.download(calls.bars_table("IBM", "csv"), target)
    assert [path.name for path in tmp_path.iterdir()] == ["bars.csv"]
    assert target.read_text() == "earlier"


def test_a_symbol_nobody_has_fails_its_job(barline: Client) -> None:
    added = barline.send(calls.add_symbols("NOTTHERE", wait_s=0))
    assert isinstance(added, Job)
    with pytest.raises(JobFailed):
        barline.follow(added)


def test_a_job_cancelled_is_over(barline: Client) -> None:
    wide = {"start": 2, "stop": 402, "step": 1}
    ordered = barline.send(calls.order_sweep(SANDBOX, winbuy=wide, winsell=wide, wait_s=0))
    assert isinstance(ordered, Ordered)
    over = barline.send(calls.cancel_job(ordered.job.id))
    assert over.state == "cancelled"


def test_ctrl_c_asks_and_cancels_the_job(stack: "Stack", barline: Client) -> None:
    """On a terminal, as a person does it."""
    master, terminal = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "BARLINE_URL": stack.base_url}
    words = ["sweep", *SANDBOX, "--winbuy", "2:402:1", "--winsell", "2:402:1"]
    with subprocess.Popen(
        [Path(sys.executable).parent / "barline", *words],
        env={**environment, "BARLINE_API_KEY": stack.api_key, "TERM": "xterm", "COLUMNS": "160"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        read_until(master, "0:00:0")  # the bar's clock
        process.send_signal(signal.SIGINT)
        asked = read_until(master, "too?")
        os.write(master, b"y\n")
        said = read_until(master, "was cancelled")
        assert process.wait(30) == 1
    os.close(master)
    found = re.search(r"Cancel job ([\w-]+) too", asked)
    assert found is not None, asked + said
    assert barline.send(calls.read_job(found[1])).state == "cancelled"


def read_until(terminal: int, words: str) -> str:
    """What the program writes, up to these words."""
    written = ""
    until = time.monotonic() + 60
    while words not in written:
        ready, _, _ = select.select([terminal], [], [], max(0.0, until - time.monotonic()))
        assert ready, f"{words!r} did not come: {written}"
        written += os.read(terminal, 4096).decode(errors="replace")
    return written


def test_pages_are_walked_to_the_last(barline: Client) -> None:
    symbols = [row.symbol for row in barline.items(calls.list_symbols(page_size=2))]
    assert set(SANDBOX) <= set(symbols)
    assert len(symbols) == len(set(symbols)) > 2


def test_both_clients_give_the_same(stack: "Stack", barline: Client, tmp_path: Path) -> None:
    call = calls.read_data("IBM")
    table = calls.bars_table("IBM", "csv")

    async def ask() -> tuple[object, list[str]]:
        async with AsyncClient(stack.base_url, stack.api_key) as client:
            await client.download(table, tmp_path / "async.csv")
            rows = [row.symbol async for row in client.items(calls.list_symbols(page_size=2))]
            return await client.send(call), rows

    with asyncio.Runner() as runner:
        bars, rows = runner.run(ask())
    assert bars == barline.send(call)
    assert rows == [row.symbol for row in barline.items(calls.list_symbols(page_size=2))]
    barline.download(table, tmp_path / "sync.csv")
    assert (tmp_path / "async.csv").read_bytes() == (tmp_path / "sync.csv").read_bytes()
    assert len((tmp_path / "sync.csv").read_text().splitlines()) == 1 + 3270


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["status"], "3,270"),
        (["add", "IBM"], "2013-03-01"),
        (["data", "IBM"], "2013-03-01"),
        (["refresh", "IBM"], "up to date"),
        (["backtest", "MSFT", "--winbuy", "50", "--winsell", "200"], "43.33%"),
        (["sweep", "IBM", "--winbuy", "5:36:10", "--winsell", "5:36:10"], "deflated Sharpe"),
        (["forecast", "IBM"], "202.91"),
        (["scorecard", "IBM"], "Left out: "),
        (["reports"], "Reports"),
    ],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_each_command_shows_its_result(stack: "Stack", words: list[str], shown: str) -> None:
    ended = command(stack, *words)
    assert ended.returncode == 0, ended.stderr
    assert shown in ended.stdout


def test_a_report_is_a_file(stack: "Stack", tmp_path: Path) -> None:
    words = ["backtest", "MSFT", "--winbuy", "50", "--winsell", "200"]
    ended = command(stack, *words, "--pdf", str(tmp_path / "msft.pdf"))
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "msft.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_is_imported(stack: "Stack", tmp_path: Path) -> None:
    file = tmp_path / "bars.csv"
    file.write_text(
        "date,open,high,low,close,volume\n2012-01-03,1,2,1,2,10\n2012-01-04,2,2,1,1,9\n"
    )
    ended = command(stack, "import", "HOMEMADE", str(file))
    assert ended.returncode == 0, ended.stderr
    assert "HOMEMADE from bars.csv" in ended.stdout
    missing = command(stack, "import", "HOMEMADE", str(tmp_path / "none.csv"))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)


def test_a_job_is_shown(stack: "Stack", barline: Client) -> None:
    job = barline.send(calls.refresh_symbols(["IBM"]))
    ended = command(stack, "jobs", "--wait", job.id)
    assert ended.returncode == 0, ended.stderr
    assert "succeeded" in ended.stdout
