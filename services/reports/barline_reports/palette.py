"""The colours of the charts. Each has a partner for dark pages; the stylesheet repeats the few it needs.

Series also differ in dash, shape or fill, and the pairs are told apart by the common kinds of colour blindness.
"""

from collections.abc import Mapping

INK = "#18222d"
MUTED = "#566270"
GRID = "#e4e8ed"
AXIS = "#aeb8c3"
SURFACE = "#ffffff"
STRATEGY = "#0a5aa8"
BENCHMARK = "#9a5b00"
BUY_AVERAGE = "#5b3fa6"
SELL_AVERAGE = "#0f766e"
LOSS = "#b8391f"
BAND_WIDE = "rgba(10,90,168,0.12)"
BAND_NARROW = "rgba(10,90,168,0.24)"
LOSS_AREA = "rgba(184,57,31,0.18)"
CELL_ZERO = "#f7f8fa"
CELL_LOSSES = ("#f4e0d7", "#f0c9b4", "#ecb291", "#e99a6e")  # the stronger, the larger
CELL_GAINS = ("#dae8f6", "#bed7f1", "#a1c6ec", "#84b6e8")

DARK_PARTNERS: Mapping[str, str] = {
    INK: "#e6ebf0",
    MUTED: "#a3afbc",
    GRID: "#2b343e",
    AXIS: "#566372",
    SURFACE: "#14191f",
    STRATEGY: "#6fb1f2",
    BENCHMARK: "#e0a64b",
    BUY_AVERAGE: "#b7a2f5",
    SELL_AVERAGE: "#4fc4b5",
    LOSS: "#ff8f73",
    BAND_WIDE: "rgba(111,177,242,0.16)",
    BAND_NARROW: "rgba(111,177,242,0.32)",
    LOSS_AREA: "rgba(255,143,115,0.22)",
    CELL_ZERO: "#1c232b",
    **dict(zip(CELL_LOSSES, ("#3a2c28", "#583425", "#763d22", "#94461f"), strict=True)),
    **dict(zip(CELL_GAINS, ("#1d3146", "#1e3f61", "#1e4d7c", "#1f5b97"), strict=True)),
}
