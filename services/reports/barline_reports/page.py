"""The document as one HTML file with interactive charts that needs nothing from anywhere: no server, no network."""

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files

import orjson
from markupsafe import Markup

from barline_reports.document import Document, Figure
from barline_reports.markup import body
from barline_reports.paper import stylesheet

PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title>'
    "<style>{style}</style></head><body>\n{body}"
    '<script type="application/json" id="figures">{figures}</script>\n'
    "<script>{plotly}</script>\n<script>{charts}</script></body></html>\n"
)
PLOT = Markup(
    '<div class="plot" data-figure="{}" role="img" aria-label="{}" style="height:{}px">'
    "<noscript>This chart needs JavaScript; the tables and the JSON result have its numbers.</noscript></div>"
)


def page(document: Document) -> bytes:
    plotly, charts = script("plotly"), script("barline_reports")
    html = PAGE.format(
        policy=policy(),
        title=document.title,
        style=trusted(stylesheet()),
        body=body(document, plot),
        figures=trusted(figures_json(document)),
        plotly=trusted(plotly),
        charts=trusted(charts),
    )
    return html.encode()


def plot(figure: Figure) -> Markup:
    return PLOT.format(figure.id, figure.alt, figure.height)


def figures_json(document: Document) -> str:
    """Specs by figure id and the dark partners of their colours. No `<`: the text stands in a script element."""
    content = {
        "figures": {figure.id: figure.spec for figure in document.drawable},
        "dark": document.palette,
    }
    return orjson.dumps(content).decode().replace("<", "\\u003c")


@lru_cache
def script(package: str) -> str:
    """The text of Plotly's or our own script."""
    places = {"plotly": "package_data/plotly.min.js", "barline_reports": "assets/report.js"}
    return files(package).joinpath(places[package]).read_text(encoding="utf-8")


@lru_cache
def policy() -> str:
    """Only these two scripts run and nothing is fetched. Plotly sets styles of its own, hence the style exception."""
    digests = (hashlib.sha256(script(p).encode()).digest() for p in ("plotly", "barline_reports"))
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:"
    )


def trusted(text: str) -> Markup:
    """Text that is ours or made safe above, put in as it is."""
    return Markup(text)  # noqa: S704 - see the docstring
