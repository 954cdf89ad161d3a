"""The windows a sweep tries: every pair of a buy window and a sell window, in one fixed order."""

from dataclasses import dataclass

LARGEST_GRID = 250_000  # cells of one symbol: memory and patience both end somewhere


@dataclass(frozen=True, slots=True)
class WindowRange:
    """Windows from `start` up to but not including `stop`, every `step` sessions."""

    start: int
    stop: int
    step: int

    def windows(self) -> range:
        return range(self.start, self.stop, self.step)

    def __len__(self) -> int:
        return len(self.windows())


@dataclass(frozen=True, slots=True)
class Grid:
    """Cell i has buy window i // len(winsell) and sell window i % len(winsell): one buy window after the other."""

    winbuy: WindowRange
    winsell: WindowRange

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.winbuy), len(self.winsell)

    def __len__(self) -> int:
        return len(self.winbuy) * len(self.winsell)

    def cell(self, index: int) -> tuple[int, int]:
        """The buy and the sell window of a cell."""
        buy, sell = divmod(index, len(self.winsell))
        return self.winbuy.windows()[buy], self.winsell.windows()[sell]
