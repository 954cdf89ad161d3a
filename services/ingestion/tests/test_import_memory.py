"""A file of 50 MB passes through the service without ever being whole in its memory."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from barline_core.testing import signed_by
from barline_core.tokens import load_signer
from barline_ingestion.settings import IngestionSettings

from .processes import service_process

MEGABYTE = 1024 * 1024
FILE = 50 * MEGABYTE
FIRST_DAY = date(1850, 1, 2)
ROW = "10.5,11.25,9.75,10.0,123456"
REMARK = "x" * 900  # a column that means nothing to us makes the file large
MOST_MEMORY_GAINED = 40 * MEGABYTE


@pytest.fixture
def service(
    make_settings: Callable[..., IngestionSettings],
    register: Callable[..., None],
    internal_keys_dir: Path,
    tmp_path: Path,
) -> Iterator[tuple[httpx.Client, int]]:
    """A service in a process of its own, and the process's id."""
    register("IBM")
    sign = signed_by(load_signer(internal_keys_dir / "gateway.key"), service="ingestion")
    with (
        service_process(make_settings(), tmp_path / "service.log") as (url, process),
        httpx.Client(base_url=url, auth=sign, timeout=120) as client,
    ):
        yield client, process.pid


def peak_memory(process_id: int) -> int:
    """The most bytes the process has had in memory at once."""
    status = Path(f"/proc/{process_id}/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def in_pieces(header: str, rows: Iterator[str]) -> Iterator[bytes]:
    """As much of a file as the service takes."""
    size, piece = 0, header + "\n"
    for row in rows:
        if size + len(piece) + len(row) >= FILE:
            break
        piece += row + "\n"
        if len(piece) > 64 * 1024:
            yield piece.encode()
            size += len(piece)
            piece = ""
    yield piece.encode()


def wide_rows() -> Iterator[str]:
    for number in range(60_000):
        yield f"{FIRST_DAY + timedelta(days=number)},{ROW},{REMARK}"


def wrong_rows() -> Iterator[str]:
    while True:
        yield f"2013-03-01,nothing,{ROW}"


def send(client: httpx.Client, body: Iterator[bytes]) -> httpx.Response:
    return client.post("/symbols/IBM/import", content=body)


def test_fifty_megabytes_take_little_memory(service: tuple[httpx.Client, int]) -> None:
    client, process_id = service
    header = "date,open,high,low,close,volume,remark"
    few_rows = (f"{day},{ROW}," for day in (FIRST_DAY, date(2013, 3, 1)))
    assert send(client, in_pieces(header, few_rows)).status_code == 200
    before = peak_memory(process_id)  # with the calendar of all these years

    answer = send(client, in_pieces(header, wide_rows()))
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows"] > 50_000
    after_good = peak_memory(process_id)

    answer = send(client, in_pieces("date,remark,open,high,low,close,volume", wrong_rows()))
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 100
    after_wrong = peak_memory(process_id)

    assert after_good - before < MOST_MEMORY_GAINED
    assert after_wrong - before < MOST_MEMORY_GAINED


def test_a_line_without_end_is_refused(service: tuple[httpx.Client, int]) -> None:
    client, process_id = service
    before = peak_memory(process_id)
    answer = send(client, (b"," * MEGABYTE for _ in range(49)))
    assert answer.status_code == 400
    assert "Line 1 has" in answer.json()["detail"]
    assert peak_memory(process_id) - before < MOST_MEMORY_GAINED
