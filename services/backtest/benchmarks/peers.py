"""Single runs and sweeps against vectorbt, backtesting.py and backtrader: same bars, signals and fill, outputs equal.

The peers run in an environment of their own, made from requirements.txt beside this file (BENCH_VENV names one to
keep), each in its own process, in the same minutes as ours. One JSON line a comparison; seconds are medians.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from single_run import FAULTS, thirteen_real_years, twenty_made_up_years

from barline_backtest.backtest import Backtest, perform
from barline_backtest.engine import buy_and_hold, run
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.metrics import Metrics, summarise
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices
from barline_backtest.sweep import Cells, sweep

HERE = Path(__file__).parent
REPEATS = 7
START = 200
SINGLE_PEERS = ("backtesting.py", "backtrader", "vectorbt")


def peer_python(folder: Path) -> Path:
    """The interpreter of the peers' environment, made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        install = ["-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run([python, *install], check=True)
    return python


def run_peer(python: Path, library: str, bars: Path) -> dict[str, object]:
    """Outputs and times of a peer."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, HERE / "peer_runs.py", library, bars, str(REPEATS)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def times_s(work: Callable[[], object], repeats: int) -> list[float]:
    """The seconds of several runs, after one that is not counted."""
    work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


def compare_single(python: Path, bars: Path, prices: Prices, name: str) -> None:
    """One backtest with all metrics of the strategy; `everything_ms` has those of buy-and-hold, findings and digest."""
    asked = RunParameters(symbol="BENCH", winbuy=50, winsell=200, start=prices.date[START].item())

    def measured() -> Metrics:
        return summarise(run(prices, asked), buy_and_hold(prices, asked), risk_free=0.0)

    def everything() -> Backtest:
        return perform(prices, asked, data_version="bench", faults=FAULTS)

    made = everything()
    expected = {
        "total_return": made.metrics.growth.total_return,
        "max_drawdown": made.metrics.drawdown.max_drawdown,
        "closed_trades": int(np.sum(made.run.trades.closed)),
    }
    for library in SINGLE_PEERS:
        # Before and after the peer, so that a machine that changes its mind treats both alike.
        ours, whole = times_s(measured, 101), times_s(everything, 101)
        peer = run_peer(python, library, bars)
        ours, whole = ours + times_s(measured, 101), whole + times_s(everything, 101)
        for output, value in expected.items():
            assert np.isclose(peer["outputs"][output], value, rtol=1e-8, atol=1e-9), library
        peer_s, ours_s = statistics.median(peer["seconds"]), statistics.median(ours)
        report(
            "single_run",
            peer=library,
            bars=name,
            outputs_equal=True,
            sessions=len(prices),
            peer_ms=round(peer_s * 1e3, 3),
            ours_ms=round(ours_s * 1e3, 3),
            everything_ms=round(statistics.median(whole) * 1e3, 3),
            times_faster=round(peer_s / ours_s, 1),
        )


def compare_sweep(python: Path, bars: Path, prices: Prices) -> None:
    """Cells of 10,000 for us, of 400 for vectorbt, whose memory grows with cells x sessions."""
    asked = RunParameters(symbol="MSFT", winbuy=5, winsell=5)
    shared = Grid(WindowRange(5, 205, 10), WindowRange(5, 205, 10))
    large = Grid(WindowRange(5, 205, 2), WindowRange(5, 205, 2))
    cells = sweep(prices, asked, shared)
    peer = run_peer(python, "vectorbt_sweep", bars)
    check_cells(peer["outputs"], cells)
    peer_us = statistics.median(peer["seconds"]) / len(shared) * 1e6
    for threads in (1, os.cpu_count() or 1):
        seconds = times_s(lambda n=threads: sweep(prices, asked, large, threads=n), 21)
        ours_us = statistics.median(seconds) / len(large) * 1e6
        report(
            "sweep",
            peer="vectorbt",
            outputs_equal=True,
            sessions=len(prices),
            peer_cells=len(shared),
            our_cells=len(large),
            threads=threads,
            mean_trades=float(np.mean(cells.trades)),
            peer_us_a_cell=round(peer_us, 2),
            ours_us_a_cell=round(ours_us, 3),
            times_faster=round(peer_us / ours_us, 1),
        )


def check_cells(outputs: dict[str, list[float]], cells: Cells) -> None:
    assert np.array_equal(outputs["trades"], cells.trades)
    assert np.allclose(outputs["total_return"], cells.total_return, rtol=1e-8, atol=1e-9)
    assert np.allclose(outputs["max_drawdown"], cells.max_drawdown, rtol=1e-8, atol=1e-9)


def report(benchmark: str, **values: object) -> None:
    print(json.dumps({"benchmark": benchmark, **values}), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        python = peer_python(Path(os.environ.get("BENCH_VENV") or Path(folder) / "venv"))
        real = thirteen_real_years()
        bars = write_bars(real, Path(folder) / "msft.npz")
        compare_single(python, bars, real, "MSFT 2000-2013")
        compare_sweep(python, bars, real)
        long = twenty_made_up_years()
        bars = write_bars(long, Path(folder) / "long.npz")
        compare_single(python, bars, long, "random walk, 20 years")


def write_bars(prices: Prices, path: Path) -> Path:
    dates = prices.date.astype("datetime64[ns]")
    np.savez(path, date=dates, open=prices.open, close=prices.close)
    return path


if __name__ == "__main__":
    main()
