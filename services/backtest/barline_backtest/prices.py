"""The bars as the engine sees them: one price basis, sessions ascending, every price usable."""

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a column

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
DateArray = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Prices:
    """Opens and closes in one price basis.

    `date` is datetime64[D], strictly ascending; `open` and `close` are float64, finite and positive; all have the
    same length, which may be zero. Missing sessions are simply not there: nothing is filled in.
    """

    date: DateArray
    open: FloatArray
    close: FloatArray

    def __post_init__(self) -> None:
        if not self.date.shape == self.open.shape == self.close.shape or self.date.ndim != 1:
            raise ValueError("date, open and close must be one-dimensional and of one length")
        if np.any(np.diff(self.date) <= np.timedelta64(0, "D")):
            raise ValueError("sessions must be strictly ascending")
        if not np.all(usable(self.open, self.close)):
            raise ValueError("prices must be finite and positive; see usable_prices")

    def __len__(self) -> int:
        return int(self.date.size)

    def until(self, end: Date | None) -> "Prices":
        """The sessions up to and including `end`."""
        if end is None:
            return self
        stop = int(np.searchsorted(self.date, np.datetime64(end, "D"), side="right"))
        return Prices(self.date[:stop], self.open[:stop], self.close[:stop])

    def first_session(self, start: Date | None) -> int:
        """The index of the first session at or after `start`; the length when there is none."""
        if start is None:
            return 0
        return int(np.searchsorted(self.date, np.datetime64(start, "D"), side="left"))


def usable(open_price: FloatArray, close_price: FloatArray) -> BoolArray:
    """Which sessions have an open and a close that money can be counted in: finite and above zero."""
    return np.isfinite(open_price) & np.isfinite(close_price) & (open_price > 0) & (close_price > 0)


def usable_prices(
    session_date: DateArray, open_price: FloatArray, close_price: FloatArray
) -> tuple[Prices, DateArray]:
    """Prices without the sessions no one can trade in, and the dates of the sessions left out.

    A zero or missing open or close is a fault of the data: no fill and no return can be computed from it. The
    findings name such sessions, so that leaving them out is never silent.
    """
    keep = usable(open_price, close_price)
    prices = Prices(session_date[keep], open_price[keep], close_price[keep])
    return prices, session_date[~keep]
