"""Runs one peer library on given bars, in the environment that has it: `peer_runs.py LIBRARY BARS.npz REPEATS`.

Prints one JSON object: the outputs, to be checked, and the times of every repeat. All peers buy at the next open when
the close is below its average of WINBUY sessions, and sell at the next open when it is above that of WINSELL; the first
signal may come at session START; all cash goes in, nothing is charged, an open position is marked at the last close.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

WINBUY, WINSELL, START = 50, 200, 200
CASH = 1e12  # so much that whole shares are as good as fractional ones
TIE = 1e-9


def bars_of(path: str) -> pd.DataFrame:
    data = np.load(path)
    frame = pd.DataFrame({"Open": data["open"], "Close": data["close"]}, index=data["date"])
    frame["High"] = frame[["Open", "Close"]].max(axis=1)
    frame["Low"] = frame[["Open", "Close"]].min(axis=1)
    frame["Volume"] = 1_000
    return frame[["Open", "High", "Low", "Close", "Volume"]]


def timed(work: Callable[[], dict[str, float]], repeats: int) -> dict[str, object]:
    """The outputs of the last repeat, and the seconds of each but the first, which may compile."""
    outputs = work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        outputs = work()
        seconds.append(time.perf_counter() - started)
    return {"outputs": outputs, "seconds": seconds}


def backtesting_py(bars: pd.DataFrame, repeats: int) -> dict[str, object]:
    from backtesting import Backtest, Strategy  # noqa: PLC0415 - only one peer is loaded

    def average(values: object, window: int) -> object:
        return pd.Series(values).rolling(window).mean()

    class Level(Strategy):
        def init(self) -> None:
            self.buy_average = self.I(average, self.data.Close, WINBUY)
            self.sell_average = self.I(average, self.data.Close, WINSELL)

        def next(self) -> None:
            close = self.data.Close[-1]
            if not self.position:
                if close < self.buy_average[-1] * (1 - TIE):
                    self.buy()
            elif close > self.sell_average[-1] * (1 + TIE):
                self.position.close()

    def work() -> dict[str, float]:
        stats = Backtest(bars, Level, cash=CASH, finalize_trades=False).run()
        curve = stats["_equity_curve"]["Equity"]
        return {
            "total_return": float(curve.iloc[-1]) / CASH - 1,
            "max_drawdown": -float(stats["_equity_curve"]["DrawdownPct"].max()),
            "closed_trades": int(stats["# Trades"]),
        }

    return timed(work, repeats)


def backtrader(  # noqa: C901 - a strategy class and its run, as its users write them
    bars: pd.DataFrame, repeats: int
) -> dict[str, object]:
    import backtrader as bt  # noqa: PLC0415 - only one peer is loaded

    class Level(bt.Strategy):
        """Orders are made just before the open (cheat-on-open), so that their size knows its price."""

        def __init__(self) -> None:
            self.buy_average = bt.ind.SMA(self.data.close, period=WINBUY)
            self.sell_average = bt.ind.SMA(self.data.close, period=WINSELL)
            self.wanted = ""

        def next_open(self) -> None:
            if self.wanted == "buy":
                # A hair less than all the cash: its broker refuses an order that rounding makes too dear.
                self.buy(size=self.broker.getcash() / self.data.open[0] * (1 - 1e-13))
            elif self.wanted == "sell":
                self.close()
            self.wanted = ""

        def next(self) -> None:
            if len(self) <= START:
                return
            close = self.data.close[0]
            if not self.position:
                if close < self.buy_average[0] * (1 - TIE):
                    self.wanted = "buy"
            elif close > self.sell_average[0] * (1 + TIE):
                self.wanted = "sell"

    def work() -> dict[str, float]:
        cerebro = bt.Cerebro(stdstats=False, cheat_on_open=True)
        cerebro.broker.setcash(CASH)
        cerebro.broker.set_checksubmit(False)
        cerebro.adddata(bt.feeds.PandasData(dataname=bars))
        cerebro.addstrategy(Level)
        cerebro.addanalyzer(bt.analyzers.DrawDown, _name="drawdown")
        cerebro.addanalyzer(bt.analyzers.SharpeRatio, _name="sharpe", timeframe=bt.TimeFrame.Days)
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
        [strategy] = cerebro.run()
        return {
            "total_return": cerebro.broker.getvalue() / CASH - 1,
            "max_drawdown": -strategy.analyzers.drawdown.get_analysis()["max"]["drawdown"] / 100,
            "closed_trades": int(strategy.analyzers.trades.get_analysis()["total"]["closed"]),
        }

    return timed(work, repeats)


def vectorbt(bars: pd.DataFrame, repeats: int) -> dict[str, object]:
    portfolio = vectorbt_portfolio(bars)

    def work() -> dict[str, float]:
        made = portfolio([WINBUY], [WINSELL], START)
        stats = made.iloc[0].stats(silence_warnings=True)
        return {
            "total_return": float(stats["Total Return [%]"]) / 100,
            "max_drawdown": -float(stats["Max Drawdown [%]"]) / 100,
            "closed_trades": int(stats["Total Closed Trades"]),
        }

    return timed(work, repeats)


def vectorbt_sweep(bars: pd.DataFrame, repeats: int) -> dict[str, object]:
    """400 cells: total return, deepest drawdown and trades of each."""
    portfolio = vectorbt_portfolio(bars)
    windows = list(range(5, 205, 10))

    def work() -> dict[str, float]:
        made = portfolio(windows, windows, 0)
        return {
            "total_return": made.total_return().to_numpy().tolist(),
            "max_drawdown": made.max_drawdown().fillna(0.0).to_numpy().tolist(),
            "trades": made.trades.count().to_numpy().tolist(),
        }

    return timed(work, repeats)


def vectorbt_portfolio(bars: pd.DataFrame) -> Callable[..., object]:
    import vectorbt as vbt  # noqa: PLC0415 - only one peer is loaded
    from numba import njit  # noqa: PLC0415 - as above

    @njit
    def by_position(c, below, above):  # noqa: ANN001, ANN202 - compiled: types are inferred
        if c.i == 0:
            return False, False, False, False
        # Yesterday's close decides about today's open: flat looks at the buy rule, long at the sell rule.
        if c.position_now > 0:
            return False, above[c.i - 1, c.col], False, False
        return below[c.i - 1, c.col], False, False, False

    def portfolio(winbuys: list[int], winsells: list[int], start: int) -> object:
        close = bars["Close"]
        buys = vbt.MA.run(close, winbuys).ma.to_numpy().reshape(len(close), -1)
        sells = vbt.MA.run(close, winsells).ma.to_numpy().reshape(len(close), -1)
        price = close.to_numpy()[:, None]
        below = np.repeat(price < buys * (1 - TIE), len(winsells), axis=1)
        above = np.tile(price > sells * (1 + TIE), (1, len(winbuys)))
        below[:start] = False
        shape = (len(close), len(winbuys) * len(winsells))
        return vbt.Portfolio.from_signals(
            close=pd.DataFrame(np.broadcast_to(price, shape), index=bars.index),
            price=bars["Open"].to_numpy()[:, None],
            signal_func_nb=by_position,
            signal_args=(below, above),
            init_cash=CASH,
            freq="1D",
        )

    return portfolio


LIBRARIES = {
    "backtesting.py": backtesting_py,
    "backtrader": backtrader,
    "vectorbt": vectorbt,
    "vectorbt_sweep": vectorbt_sweep,
}

if __name__ == "__main__" and len(sys.argv) > 1:
    warnings.simplefilter("ignore")
    library, path, repeats = sys.argv[1:]
    print(json.dumps(LIBRARIES[library](bars_of(path), int(repeats))))
