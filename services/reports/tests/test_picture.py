"""What Barline draws itself of a chart's SVG looks as WeasyPrint would have drawn it."""

import subprocess
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from weasyprint import HTML

from barline_reports.paper import Drawing, PrintJob, print_job
from barline_reports.pdf import Source, lay_out, paginate
from barline_reports.picture import polylines
from barline_reports.worker import lay_out_what_can_be

from .test_pages import CASES

SIDE = 200
STYLE = f"@page {{margin: 0; size: {SIDE}px {SIDE}px}} body {{margin: 0}} img {{display: block}}"
SHAPES = {
    "lines": '<path d="M10,10L90,50L40,120M150,20L160,180" fill="none" stroke="#123456" stroke-width="3"/>',
    "dashes": '<path d="M10,10L190,150" fill="none" stroke="red" stroke-width="4" stroke-dasharray="9px,5px"/>',
    "bars": '<path d="M10,90L10,20L30,20L30,90ZM50,90L50,150L70,150L70,90Z" fill="#0a5aa0" stroke-width="0px"/>',
    "a hole": '<path d="M10,10L190,10L190,190L10,190ZM60,60L140,60L140,140L60,140Z" fill-rule="evenodd"/>',
    "half seen": '<path d="M10,10L190,10L100,190Z" fill="red" fill-opacity="0.4" stroke="blue" stroke-opacity="0.5"/>',
    "shine": '<path d="M10,10L190,10L100,190Z" fill="red" opacity="0.4"/>',
    "moved": '<g transform="translate(40,30)"><path d="M0,0L100,100" transform="scale(1.5)" stroke="red"/></g>',
    "curve": '<path d="M10,100A60,60 0 0,1 130,100L10,100Z" fill="green"/>',
    "in a pale group": (
        '<g opacity="0.5"><rect width="9" height="9"/><path d="M50,50L90,50L90,90Z"/>'
        '<path d="M100,10L180,10" stroke="red" stroke-width="5"/></g>'
    ),
    "negative": '<path d="M-20.5,-10L-0.5,100L.25,150" fill="none" stroke="red" stroke-width="9"/>',
}


def pixels(pdf: bytes, folder: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    (folder / "one.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-gray", "-r", "96", "-singlefile", "one.pdf", "one"]
    subprocess.run(command, cwd=folder, check=True)
    header, rest = (folder / "one.pgm").read_bytes().split(b"\n255\n", 1)
    width, height = (int(part) for part in header.split()[1:3])
    return np.frombuffer(rest, np.uint8).reshape(height, width).astype(np.int16)


def ours(inside: str, folder: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    image = f'<img src="figure:f" alt="a" width="{SIDE}" height="{SIDE}"/>'
    html = f'<html lang="en"><head><title>t</title><style>{STYLE}</style></head><body>{image}</body></html>'
    drawing = Drawing("f", {}, SIDE, SIDE, image, "")
    job = PrintJob(html, (drawing,), "test", "a.json", "2013-03-01")
    return pixels(lay_out(job, {"f": svg_of(inside)}, b"{}"), folder)


def theirs(inside: str, folder: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    html = f'<style>{STYLE}</style><img src="data:image/svg+xml,{quote(svg_of(inside))}">'
    return pixels(HTML(string=html).write_pdf(), folder)


def svg_of(inside: str) -> str:
    sizes = f'width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {sizes}>{inside}</svg>'


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_drawn_to_the_pixel(shape: str, tmp_path: Path) -> None:
    drawn = ours(SHAPES[shape], tmp_path)
    assert (drawn < 200).any()
    assert np.array_equal(drawn, theirs(SHAPES[shape], tmp_path))


@pytest.mark.parametrize(
    "attributes",
    [
        'font-size="20px"',
        'font-size="20px" font-weight="bold" fill="#b03020"',
        'font-size="20px" transform="rotate(-90,20,100)"',
        'font-size="20px" font-style="italic"',
        'font-size="20px" text-anchor="middle"',
        'font-size="20px" dy="0.3em"',
        'font-size="20px" data-group="pale"',
    ],
)
def test_a_text_is_where_it_was(attributes: str, tmp_path: Path) -> None:
    """As one line it has its kerning, so that letters stand a little closer."""
    text = f'<text x="20" y="100" font-family="Inter" {attributes}>Value of 42</text>'
    if "pale" in attributes:
        text = f'<g opacity="0.8"><rect width="9" height="9"/>{text}</g>'
    (top, left), (bottom, right) = extent(ours(text, tmp_path))
    before = extent(theirs(text, tmp_path))
    assert np.abs(np.array(((top, left), (bottom, right))) - before).max() <= 4
    assert (bottom - top) * (right - left) > 500


def extent(
    drawn: "np.ndarray[tuple[int, int], np.dtype[np.int16]]",
) -> "tuple[tuple[int, int], tuple[int, int]]":
    rows, columns = np.nonzero(drawn < 128)
    return (int(rows.min()), int(columns.min())), (int(rows.max()), int(columns.max()))


@pytest.mark.parametrize(
    "picture", ["<svg", '<svg><path d="M0,0L1,1" stroke-miterlimit="wide"/></svg>']
)
def test_a_picture_that_cannot_be_read_leaves_the_others_alone(
    job: PrintJob, picture: str, tmp_path: Path
) -> None:
    first, second = (one.id for one in job.drawings)
    pictures = {first: picture, second: svg_of(SHAPES["bars"])}
    (tmp_path / "one.pdf").write_bytes(lay_out_what_can_be(job, pictures, b"{}", paginate(job)))
    assert list(pictures) == [second]
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "one.pdf"), "-"], check=True, capture_output=True, text=True
    )
    assert text.stdout.count("This chart could not be drawn.") == 1


def test_polylines_by_hand() -> None:
    assert polylines("M1,2L3,4L5,6ZM7.5,-8L9,10") == b"1 2 m\n3 4 l\n5 6 l\nh\n7.5 -8 m\n9 10 l"


@pytest.mark.parametrize("case", CASES)
def test_every_report_is_xml_too(case: str) -> None:
    """So that it is read the quick way."""
    html = print_job(CASES[case](), identifier="test").html
    assert ET.fromstring(html).tag == "html"  # noqa: S314 - our own


def test_a_name_that_xml_forbids_is_read_as_html() -> None:
    pages = Source("<html lang='en'><title>t</title><p>a\x0bb</p></html>").render()
    assert len(pages.pages) == 1
