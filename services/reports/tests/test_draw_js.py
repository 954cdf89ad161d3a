"""Plotly's SVG made fit for paper in the browser that has drawn it; here pictures of ours stand in Plotly's place."""

from collections.abc import Callable, Iterator

import orjson
import pytest
from playwright.sync_api import Browser

from barline_reports.chromium import program

Draw = Callable[[str], str]

PLOTLY = """
async (spec) => {
  if (spec.svg === "fails") throw new Error("no such chart");
  return {code: 0, message: null, result: spec.svg};
}
"""
CHART = (
    '<svg class="main-svg"><defs id="defs-{uid}"><clipPath id="clip{uid}xy" class="plotclip"><rect/></clipPath></defs>'
    '<g clip-path="url(#clip{uid}xy)" class="trace{uid}"><path d="M0,0L1,1" style="fill: none; stroke: rgb(1, 2, 3); '
    'stroke-opacity: 1;"/><text style="font-family: Inter, \'DejaVu Sans\'; white-space: pre;">a</text></g></svg>'
)


@pytest.fixture(scope="module")
def draw(browser: Browser) -> Iterator[Draw]:
    """Gives the inside of the picture that comes of an SVG."""
    tab = browser.new_page()
    tab.evaluate(f"globalThis.kaleido_scopes = {{plotly: {PLOTLY}}}")

    def drawn(svg: str) -> str:
        specs = orjson.dumps(
            [{"svg": svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)}]
        )
        (answer,) = orjson.loads(tab.evaluate(f'{program()}({specs.decode()}, ["price"])'))
        picture = str(answer["result"])
        return picture.partition(">")[2].removesuffix("</svg>")

    yield drawn
    tab.close()


def test_two_drawings_of_one_figure_become_the_same(draw: Draw) -> None:
    assert draw(CHART.format(uid="cad4c0")) == draw(CHART.format(uid="0ff1ce"))


def test_references_still_find_their_targets(draw: Draw) -> None:
    svg = draw(CHART.format(uid="cad4c0"))
    assert 'clipPath id="price-2"' in svg
    assert 'clip-path="url(#price-2)"' in svg


def test_styles_become_attributes(draw: Draw) -> None:
    svg = draw(CHART.format(uid="cad4c0"))
    assert '<path d="M0,0L1,1" fill="none" stroke="#010203"/>' in svg
    assert "<text font-family=\"Inter, 'DejaVu Sans'\">a</text>" in svg


def test_what_shows_nothing_is_left_out(draw: Draw) -> None:
    svg = (
        '<svg><g class="a"><g/><g transform="scale(2)"></g></g><path class="xlines"/><g><rect x="0" style="fill: red; '
        'fill-opacity: 0;"/></g><g class="b"><text>kept</text></g></svg>'
    )
    assert draw(svg) == "<text>kept</text>"


def test_a_line_that_could_be_filled_but_is_not_stays(draw: Draw) -> None:
    """Plotly draws a vertical line, such as a median, so."""
    style = (
        "opacity: 1; stroke: rgb(1, 2, 3); stroke-opacity: 1; fill: rgb(0, 0, 0); fill-opacity: 0; "
        "stroke-dasharray: 3px, 3px"
    )
    assert draw(f'<svg><path d="M5,3L5,6" style="{style}"/></svg>') == (
        '<path d="M5,3L5,6" stroke="#010203" fill="none" stroke-dasharray="3px, 3px"/>'
    )


def test_what_is_opaque_in_a_pale_group_stays_so(draw: Draw) -> None:
    inside = '<path d="M0,0H1V1Z" style="fill: red; fill-opacity: 1"/>'
    svg = draw(f'<svg><g style="fill-opacity: 0.2">{inside}</g></svg>')
    assert svg.count('fill-opacity="1"') == 1


def test_the_pieces_of_a_broken_line_become_one_path(draw: Draw) -> None:
    pen = 'style="fill: none; stroke: rgb(1, 2, 3);"'
    svg = (
        f'<svg><path d="M0,0L1,1" {pen}/><path d="M2,2L3,3" {pen}/><path d="M4,4L5,5" {pen}/>'
        '<path d="M6,6L7,7" style="fill: none; stroke: red;"/><path d="M8,8Z" style="fill: red;"/>'
        '<path d="M9,9Z" style="fill: red;"/></svg>'
    )
    assert draw(svg) == (
        '<path d="M0,0L1,1M2,2L3,3M4,4L5,5" fill="none" stroke="#010203"/>'
        '<path d="M6,6L7,7" fill="none" stroke="red"/><path d="M8,8Z" fill="red"/>'
        '<path d="M9,9Z" fill="red"/>'
    )


def test_a_grid_becomes_one_path_and_names_its_places(draw: Draw) -> None:
    lines = "".join(
        f'<path class="ygrid crisp" transform="translate(0,{y})" d="M68,0h563" style="stroke: red;"/>'
        for y in (10.5, 20)
    )
    assert draw(f'<svg><g class="y">{lines}</g></svg>') == (
        '<path d="M68,10.5L631,10.5M68,20L631,20" stroke="red" fill="none"/>'
    )


def test_bars_of_one_colour_become_one_path_unless_one_shines_through(draw: Draw) -> None:
    def bars(more: str) -> str:
        style = f"stroke-width: 0px; fill: red;{more}"
        return "".join(
            f'<g class="point"><path d="M{x},9V4H{x + 2}V9Z" style="{style}"/></g>' for x in (0, 3)
        )

    assert draw(f"<svg>{bars('')}</svg>").count("<path") == 1
    assert draw(f"<svg>{bars('opacity: 0.5')}</svg>").count("<path") == 2


@pytest.mark.parametrize(
    "pair",
    [
        '<path d="M0,0L9,9" style="fill: none; stroke: red; stroke-opacity: 0.5"/>' * 2,
        "".join(
            f'<path d="M24,{first}L24,{then}L216,{then}L216,{first}Z" style="stroke-width: 0px; fill: red"/>'
            for first, then in ((120, 6), (34, 91))
        ),
        '<path d="M0,9L0,4L2,4L2,9Z" style="stroke-width: 0px; fill: url(#a)"/>' * 2,
        '<path d="m1,1a1,1 0 0,1 2,2" style="fill: none"/>' * 2,
    ],
    ids=["seen through", "of opposite turns", "gradients", "relative curves"],
)
def test_paths_that_would_look_otherwise_together_stay_apart(draw: Draw, pair: str) -> None:
    assert draw(f"<svg>{pair}</svg>").count("<path") == 2


def test_what_is_moved_to_its_place_names_the_place_itself(draw: Draw) -> None:
    svg = (
        '<svg><text transform="translate(100.25, 50)" x="-2" y="1">a</text>'
        '<path transform="translate(10,20)" d="M1,2L3,4H5V6h7v8Z"/></svg>'
    )
    assert (
        draw(svg)
        == '<text x="98.25" y="51">a</text><path d="M11,22L13,24L15,24L15,26L22,26L22,34Z"/>'
    )


@pytest.mark.parametrize(
    ("course", "straight"),
    [
        ("m1,2l3,4h-2V9z", "M1,2L4,6L2,6L2,9Z"),
        ("M1,2 3,4L5 6 7 8", "M1,2L3,4L5,6L7,8"),
        ("M5,5h1v1zl2,0", "M5,5L6,5L6,6ZL7,5"),
        ("M0.12345,1H2V3", "M0.123,1L2,1L2,3"),
    ],
)
def test_straight_courses_become_absolute(draw: Draw, course: str, straight: str) -> None:
    assert draw(f'<svg><path d="{course}" fill="red"/></svg>') == (
        f'<path d="{straight}" fill="red"/>'
    )


@pytest.mark.parametrize(
    "shape",
    [
        '<path transform="rotate(45)" d="M1,2L3,4L5,4"/>',
        '<path transform="translate(1,2)" d="M1,2A3,3 0 0,1 4,5Z"/>',
        '<text transform="translate(1,2)" x="0" y="0"><tspan>a</tspan></text>',
        '<path transform="translate(1,2)" clip-path="url(#a)" d="M1,2L3,4L5,4"/>',
        '<text text-anchor="end" x="9">size said further up</text>',
    ],
    ids=["turned", "curved", "of several lines", "clipped", "of no size"],
)  # fmt: skip
def test_what_is_not_so_simple_stays_as_it_is(draw: Draw, shape: str) -> None:
    assert draw(f"<svg>{shape}</svg>") == shape


@pytest.mark.parametrize(("anchor", "share"), [("middle", 0.5), ("end", 1.0)])
def test_a_text_that_is_centred_starts_where_it_did(
    draw: Draw, browser: Browser, anchor: str, share: float
) -> None:
    text = f'<text x="100" y="50" style="text-anchor: {anchor}; font-family: monospace; font-size: 20px">abcd</text>'
    tab = browser.new_page()
    tab.set_content(f'<svg width="200" height="200">{text}</svg>')
    width = tab.evaluate("document.querySelector('text').getComputedTextLength()")
    tab.close()
    begins = float(draw(f"<svg>{text}</svg>").partition('x="')[2].partition('"')[0])
    assert begins == pytest.approx(100 - share * width, abs=1.0)


@pytest.mark.parametrize("svg", ["fails", "<svg><text>a\x0bb</text></svg>", "<html/>"])
def test_a_figure_that_fails_leaves_the_others_alone(browser: Browser, svg: str) -> None:
    tab = browser.new_page()
    tab.evaluate(f"globalThis.kaleido_scopes = {{plotly: {PLOTLY}}}")
    specs = orjson.dumps([{"svg": svg}, {"svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}])
    failed, drawn = orjson.loads(tab.evaluate(f'{program()}({specs.decode()}, ["a", "b"])'))
    tab.close()
    assert (failed["code"], failed["result"]) == (1, None)
    assert failed["message"]
    assert drawn["code"] == 0
