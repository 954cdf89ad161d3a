"""The document as the print job a worker can finish: HTML with a place for every chart, and the charts to draw."""

from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from barline_reports.document import Document, Figure, JsonObject
from barline_reports.markup import body
from barline_reports.thinning import thinned

WIDTH = 657  # CSS pixels between the margins of an A4 page
UNDRAWN = (
    "This chart could not be drawn. Its numbers are in the JSON result attached to this document."
)

PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/><title>{title}</title>'
    '<meta name="author" content="Barline"/><meta name="description" content="{subtitle}"/>'
    "<style>{style}</style></head><body>\n{body}</body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart to draw, and the HTML that stands for it: `image` once drawn, `replacement` when that failed."""

    id: str
    spec: JsonObject
    width: int
    height: int
    image: str
    replacement: str


@dataclass(frozen=True, slots=True)
class PrintJob:
    """All a PDF is made of but the attachment's bytes. `attachment_date` is fixed: same input, same bytes."""

    html: str
    drawings: tuple[Drawing, ...]
    identifier: str
    attachment_name: str
    attachment_date: str


def print_job(document: Document, *, identifier: str) -> PrintJob:
    drawings = tuple(drawing(figure, figure.spec) for figure in document.figures if figure.spec)
    images = {one.id: Markup(one.image) for one in drawings}  # noqa: S704 - made by Markup.format below
    html = PAGE.format(
        title=document.title,
        subtitle=document.subtitle,
        style=Markup(stylesheet()),  # noqa: S704 - our own file
        body=body(document, lambda figure: images[figure.id]),
    )
    return PrintJob(
        html=html,
        drawings=drawings,
        identifier=identifier,
        attachment_name=f"{document.kind}.json",
        attachment_date=document.data_through.isoformat(),
    )


def drawing(figure: Figure, spec: JsonObject) -> Drawing:
    image = Markup('<img src="figure:{}" alt="{}" width="{}" height="{}"/>')
    return Drawing(
        id=figure.id,
        spec=thinned(spec),
        width=WIDTH,
        height=figure.height,
        image=image.format(figure.id, figure.alt, WIDTH, figure.height),
        replacement=Markup('<p class="missing">{}</p>').format(UNDRAWN),
    )


def stylesheet() -> str:
    return (files("barline_reports") / "assets" / "report.css").read_text(encoding="utf-8")
