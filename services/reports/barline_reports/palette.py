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
CELL_LOSS = "#eda983"
CELL_EMPTY = "#f7f8fa"
CELL_GAIN = "#93bfea"

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
    CELL_LOSS: "#8a431f",
    CELL_EMPTY: "#1c232b",
    CELL_GAIN: "#1f5489",
}
