"""What is measured of rendering."""

from prometheus_client import Histogram

RENDER_SECONDS = Histogram(
    "barline_render_seconds",
    "How long a PDF took to render, waiting for the renderer included.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 45, 60),
)
