"""Times the PDF of a backtest on 13 years of real bars: warm, beside bare kaleido and WeasyPrint, and repeated.

`quantstats_s` is quantstats.reports.html on the same daily returns, in an environment of its own made from
requirements.txt beside this file (BENCH_VENV names one to keep).
Needs the test extras (bokeh_sampledata). Prints one JSON line; run it on a machine with nothing else to do.
`warm_s` is one PDF in a renderer that has made one before; `bare_s` draws the same charts one by one with kaleido's own
calc_fig in a warm browser and lays the same HTML out; `repeat_s` is the service's answer to a report it has kept.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import kaleido
import numpy as np

from barline_reports.backtest_document import backtest_document
from barline_reports.paper import PrintJob, print_job
from barline_reports.pdf import lay_out
from barline_reports.renderer import Renderer
from barline_reports.returns import daily_returns
from barline_reports.schemas import read_backtest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.served_reports import reports_service
from tests.report_samples import backtest_answer, encoded, microsoft
from tests.sample_services import SampleServices

HERE = Path(__file__).parent
ROUNDS = 7
URL = "/documents/backtest?symbol=MSFT&winbuy=50&winsell=200&format="


def timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def median(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    return round(statistics.median(timed(action) for _ in range(rounds)), 4)


def main() -> None:
    body = encoded(backtest_answer(microsoft()))
    document_s = median(lambda: backtest_document(read_backtest(body), body))
    job = print_job(backtest_document(read_backtest(body), body), identifier="benchmark")
    renderer = Renderer(None)
    cold_s = round(timed(lambda: renderer.render(job, body)), 3)
    warm_s = median(lambda: renderer.render(job, body))
    renderer.close()
    result: dict[str, float | str] = {
        "benchmark": "backtest_pdf",
        "charts": len(job.drawings),
        "result_bytes": len(body),
        "document_s": document_s,
        "cold_s": cold_s,
        "warm_s": warm_s,
        "bare_s": asyncio.run(bare(job, body)),
        "quantstats_s": quantstats_s(body),
        **served(),
    }
    result["times_as_fast_as_quantstats"] = round(result["quantstats_s"] / warm_s, 2)
    result["share_of_bare"] = round(warm_s / result["bare_s"], 2)
    print(json.dumps(result))


async def bare(job: PrintJob, body: bytes) -> float:
    """The same charts and the same layout with nothing of ours but the stylesheet."""
    times: list[float] = []
    async with kaleido.Kaleido(n=1, mathjax=False) as browser:
        for _ in range(ROUNDS):
            started = time.perf_counter()
            pictures: dict[str, str] = {}
            for one in job.drawings:
                options = {"format": "svg", "width": one.width, "height": one.height}
                svg = await browser.calc_fig(one.spec, opts=options)
                pictures[one.id] = svg.decode()
            lay_out(job, pictures, body)
            times.append(time.perf_counter() - started)
    return round(statistics.median(times), 4)


def quantstats_s(body: bytes) -> float:
    """The peer's page on the same returns, timed in its own process."""
    result = read_backtest(body)
    curve, initial = result.equity_curve, result.initial_investment
    columns = [
        daily_returns(np.asarray(one), initial) for one in (curve.equity, curve.buy_and_hold)
    ]
    with tempfile.TemporaryDirectory() as folder:
        returns = Path(folder) / "returns.csv"
        rows = zip(curve.date, *columns, strict=True)
        lines = ["date,strategy,buy_and_hold", *(f"{d},{a!r},{b!r}" for d, a, b in plain(rows))]
        returns.write_text("\n".join(lines), encoding="utf-8")
        python = peer_python(Path(os.environ.get("BENCH_VENV") or Path(folder) / "venv"))
        script = str(HERE / "quantstats_html.py")
        done = subprocess.run(
            [python, script, returns, str(ROUNDS)], check=True, capture_output=True, text=True
        )
    return round(statistics.median(json.loads(done.stdout.splitlines()[-1])), 4)


def plain(rows: Iterable[tuple[str, float, float]]) -> Iterator[tuple[str, float, float]]:
    for day, own, held in rows:
        yield day, float(own), float(held)


def peer_python(folder: Path) -> Path:
    """The interpreter of the peer's environment, made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        install = ["-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run([python, *install], check=True)
    return python


def served() -> dict[str, float]:
    """Through HTTP: the first PDF, and the ones that are kept."""
    times: dict[str, float] = {}
    with reports_service(SampleServices(microsoft())) as client:
        for name in ("pdf", "html", "json"):

            def ask(format_: str = name) -> None:
                client.get(URL + format_).raise_for_status()

            times[f"first_{name}_s"] = round(timed(ask), 4)
            times[f"repeat_{name}_s"] = median(ask)
    return times


if __name__ == "__main__":
    main()
