"""Every chart of a PDF is really on its page: charts are put in after the pages are laid out; none may be forgotten."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from barline_reports.paper import Drawing, print_job
from barline_reports.renderer import Renderer

from .test_pages import CASES
from .test_pdf import structure

POINTS = frozenset({b"m", b"l", b"c", b"re"})  # what paths are made of
TEXTS = frozenset({b"Tj", b"TJ"})
OUTSIDE = -1  # what is drawn in no marked content


@pytest.mark.parametrize("case", ["real bars", "forecast", "comparison"])
def test_no_chart_is_empty(renderer: Renderer, case: str) -> None:
    job = print_job(CASES[case](), identifier="test")
    pdf = renderer.render(job, b"{}")
    assert pdf.undrawn == ()
    found = list(drawn(PdfReader(io.BytesIO(pdf.content))))
    assert len(found) == len(job.drawings) > 3
    for drawing, shown in zip(job.drawings, found, strict=True):
        assert shown["texts"] >= 5, drawing.id  # the labels of its axes
        assert shown["points"] >= max(20, points_of_lines(drawing) // 4), drawing.id


def points_of_lines(drawing: Drawing) -> int:
    """Plotly leaves out what lies on a straight line, so not every one of them need be there."""
    data = drawing.spec["data"]
    assert isinstance(data, Sequence)
    lines = [one for one in data if isinstance(one, Mapping) and one.get("mode") == "lines"]
    return sum(len(one["y"]) for one in lines if isinstance(one["y"], Sequence))


def drawn(reader: PdfReader) -> Iterator[Counter[str]]:
    """How many points and texts each figure of the structure draws, in reading order."""
    pages = {page.indirect_reference: tally(page, reader) for page in reader.pages}
    for figure in structure(reader.root_object["/StructTreeRoot"], "/Figure"):
        pieces = pages[figure.raw_get("/Pg")]
        yield sum((pieces.get(int(one), Counter()) for one in figure["/K"]), Counter())


def tally(page: PageObject, reader: PdfReader) -> dict[int, Counter[str]]:
    """By piece of marked content."""
    nested, found = [OUTSIDE], dict[int, Counter[str]]()
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"BDC":
            nested.append(int(operands[1].get("/MCID", OUTSIDE)))
        elif operator == b"BMC":
            nested.append(OUTSIDE)
        elif operator == b"EMC":
            nested.pop()
        elif operator in POINTS | TEXTS:
            kind = "points" if operator in POINTS else "texts"
            found.setdefault(nested[-1], Counter())[kind] += 1
    return found
