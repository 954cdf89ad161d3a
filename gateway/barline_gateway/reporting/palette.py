"""The colours of the charts drawn here, each with the partner it has on a dark page; the stylesheet has the same."""

from collections.abc import Mapping

INK = "#18222d"
MUTED = "#566270"
GRID = "#e4e8ed"
AXIS = "#aeb8c3"
SURFACE = "#ffffff"
RISE = "#0a5aa8"
FALL = "#b8391f"
SHORT_AVERAGE = "#5b3fa6"
LONG_AVERAGE = "#0f766e"
DIVIDEND = "#9a5b00"
BENCHMARK = "#9a5b00"
NEUTRAL = "#f2f4f6"
RISE_PALE = "#a1c6ec"
FALL_PALE = "#ecb291"

DARK_PARTNERS: Mapping[str, str] = {
    INK: "#e6ebf0",
    MUTED: "#a3afbc",
    GRID: "#2b343e",
    AXIS: "#566372",
    SURFACE: "#14191f",
    RISE: "#6fb1f2",
    FALL: "#ff8f73",
    SHORT_AVERAGE: "#b7a2f5",
    LONG_AVERAGE: "#4fc4b5",
    DIVIDEND: "#e0a64b",
    NEUTRAL: "#1c232b",
    RISE_PALE: "#1e4d7c",
    FALL_PALE: "#763d22",
}
