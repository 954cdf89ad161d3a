"""Fewer points for paper: a line of thousands of points drawn from its extremes looks the same at that size."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from barline_reports.document import JsonObject, JsonValue

MOST_POINTS = 600  # the lowest and the highest of each 1.9 of the ~570 pixels a plot is wide


def thinned(spec: JsonObject, most_points: int = MOST_POINTS) -> JsonObject:
    """The same figure with its long, unbroken lines reduced to at most about `most_points` points each."""
    data = spec["data"]
    assert isinstance(data, Sequence)  # noqa: S101 - every spec has a list of traces
    traces = [thinned_trace(trace, most_points) for trace in data if isinstance(trace, Mapping)]
    return {**spec, "data": traces}


def thinned_trace(trace: JsonObject, most_points: int) -> JsonObject:
    """Markers, bars and broken lines are left alone: each of their points is there for itself."""
    x, y = trace.get("x"), trace.get("y")
    if trace.get("mode") != "lines" or not isinstance(x, Sequence) or not isinstance(y, Sequence):
        return trace
    if len(y) <= most_points or any(value is None for value in y):
        return trace
    keep = extremes(y, most_points)
    changes: dict[str, JsonValue] = {"x": [x[i] for i in keep], "y": [y[i] for i in keep]}
    return {**trace, **changes}


def extremes(values: Sequence[JsonValue], most_points: int) -> list[int]:
    """Indices of the first and last point, and of the lowest and highest of each of `most_points // 2` buckets."""
    heights = np.asarray(values, dtype=np.float64)
    edges = np.linspace(0, len(heights), most_points // 2, dtype=np.int64)
    chosen = {0, len(heights) - 1}
    for start, end in pairwise(edges):
        bucket = heights[start:end]
        chosen.add(int(start) + int(bucket.argmin()))
        chosen.add(int(start) + int(bucket.argmax()))
    return sorted(chosen)
