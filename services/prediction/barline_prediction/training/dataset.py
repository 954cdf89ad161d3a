"""The closes a model learns from: 20 US stocks of 1990-2022 as bundled with skfolio, splits and dividends adjusted."""

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from barline_prediction.intervals import Floats

SOURCE = "skfolio sp500_dataset: daily adjusted closes of 20 large US stocks, chosen because they survived"


@dataclass(frozen=True, slots=True)
class Panel:
    """Closes on common sessions, none missing: `dates` of shape (sessions,), `closes` (sessions, symbols)."""

    symbols: tuple[str, ...]
    dates: NDArray[np.datetime64]
    closes: Floats

    def closes_of(self, symbol: str) -> Floats:
        return np.ascontiguousarray(self.closes[:, self.symbols.index(symbol)])

    def position_after(self, day: date) -> int:
        """The position of the first session later than `day`."""
        return int(np.searchsorted(self.dates, np.datetime64(day), side="right"))

    def digest(self) -> str:
        """SHA-256 over symbols, dates and closes; the same data give the same digest on any machine."""
        digest = hashlib.sha256("\n".join(self.symbols).encode())
        digest.update(self.dates.astype("datetime64[D]").astype("<i8").tobytes())
        digest.update(np.ascontiguousarray(self.closes, dtype="<f8").tobytes())
        return digest.hexdigest()


def load_panel() -> Panel:
    """Read skfolio's bundled data; no network."""
    # Only training needs this package, and importing it takes seconds.
    from skfolio.datasets import load_sp500_dataset  # noqa: PLC0415 - see above

    table = load_sp500_dataset()
    return Panel(
        symbols=tuple(str(name) for name in table.columns),
        dates=table.index.to_numpy().astype("datetime64[D]"),
        closes=table.to_numpy(dtype=np.float64),
    )
