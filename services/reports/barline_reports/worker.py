"""The rendering process: keeps Chromium and WeasyPrint warm, takes one job after the other, may be killed any time.

Started by `renderer.Renderer` as `python -m barline_reports.worker <fd> <timeout> <chromium>`; the file descriptor is
one end of a socket pair. It ends when the other end does.
"""

import asyncio
import gc
import itertools
import logging
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection

from barline_reports.chromium import Chromium, DrawingFailed, DrawingTooSlow
from barline_reports.messages import Answer, read_job, write_answer
from barline_reports.paper import Drawing, PrintJob
from barline_reports.pdf import PaintingFailed, Proof, lay_out, paginate

# A fresh page frees what Plotly keeps, but costs the next report 0.3 s of compiling.
REPORTS_A_PAGE = 25
# A report leaves ninety thousand objects that only the collector frees; looking for them costs a tenth of a report.
REPORTS_A_COLLECTION = 5

log = logging.getLogger("barline_reports.worker")


async def serve(connection: Connection, chromium: Chromium) -> None:
    """Answer jobs until the service hangs up. Each is two messages in and two out."""
    try:
        await say_process_id(connection, chromium)
        gc.freeze()  # what is loaded stays: the collector need not look at it
        for done in itertools.count(1):
            message = await asyncio.to_thread(connection.recv_bytes)
            attachment = await asyncio.to_thread(connection.recv_bytes)
            answer, pdf = await render(read_job(message), attachment, chromium)
            connection.send_bytes(write_answer(answer))
            connection.send_bytes(pdf)
            if done % REPORTS_A_COLLECTION == 0:
                gc.collect()
            if done % REPORTS_A_PAGE == 0:
                await tidy(chromium)
            await say_process_id(connection, chromium)
    except (EOFError, ConnectionError):
        log.info("the service hung up")
    finally:
        # kaleido's threads wait for a browser that is left running, and this process would wait for them.
        await chromium.close()


async def say_process_id(connection: Connection, chromium: Chromium) -> None:
    """Tell the service which browser to end with this process; 0 while there is none. It also means: ready."""
    try:
        await chromium.start()
    except DrawingFailed as error:  # without a browser reports still come, without charts
        log.warning("chromium does not start: %s", error)
        await chromium.close()
    connection.send_bytes(str(chromium.process_id or 0).encode())


async def render(job: PrintJob, attachment: bytes, chromium: Chromium) -> tuple[Answer, bytes]:
    """The pages are made while the browser draws: both take about as long, and neither needs the other."""
    drawing = asyncio.create_task(draw(job.drawings, chromium))
    try:
        proof = await asyncio.to_thread(paginate, job)
        pictures = await drawing
        pdf = lay_out_what_can_be(job, pictures, attachment, proof)
        undrawn = tuple(one.id for one in job.drawings if one.id not in pictures)
        return Answer(undrawn=undrawn), pdf
    except Exception as error:
        log.exception("the layout failed")
        await drawing  # the browser takes one job at a time
        return Answer(error=f"{type(error).__name__}: {error}"), b""


def lay_out_what_can_be(
    job: PrintJob, pictures: dict[str, str], attachment: bytes, proof: Proof | None
) -> bytes:
    """The PDF without the charts that cannot be put on a page; these are taken out of `pictures`."""
    while True:
        try:
            return lay_out(job, pictures, attachment, proof)
        except PaintingFailed as error:
            log.exception("the chart %s cannot be put on its page", error.id_)
            del pictures[error.id_]
            proof = None


async def draw(drawings: Sequence[Drawing], chromium: Chromium) -> dict[str, str]:
    """The charts that could be drawn; a browser that died is replaced once."""
    for attempt in ("first", "second"):
        try:
            return await chromium.draw(drawings)
        except DrawingFailed as error:
            log.warning("drawing failed at the %s attempt: %s", attempt, error)
            await chromium.close()
            if isinstance(error, DrawingTooSlow):
                break
    return {}


async def tidy(chromium: Chromium) -> None:
    try:
        await chromium.refresh()
    except DrawingFailed as error:
        log.warning("the page does not load anew, the browser is replaced: %s", error)
        await chromium.close()


def main() -> None:
    descriptor, timeout_s, path = sys.argv[1:4]
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    gc.disable()  # a layout makes a million objects and frees them at its end: looking between takes a sixth of it
    with Connection(int(descriptor)) as connection:
        asyncio.run(serve(connection, Chromium(path or None, timeout_s=float(timeout_s))))


if __name__ == "__main__":
    main()
