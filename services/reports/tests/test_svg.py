"""Plotly's SVG made the same each time."""

from barline_reports.svg import settled

PLOTLY = (
    '<svg class="main-svg"><defs id="defs-{uid}"><clipPath id="clip{uid}xy" class="plotclip"><rect/></clipPath></defs>'
    '<g clip-path="url(#clip{uid}xy)" class="trace{uid}"><path d="M0,0L1,1" style="fill: none; stroke: rgb(1, 2, 3); '
    'stroke-opacity: 1;"/><text style="font-family: Inter, \'DejaVu Sans\'; white-space: pre;">a</text></g></svg>'
)


def test_two_drawings_of_one_figure_become_the_same() -> None:
    assert settled(PLOTLY.format(uid="cad4c0"), "price") == settled(
        PLOTLY.format(uid="0ff1ce"), "price"
    )


def test_references_still_find_their_targets() -> None:
    svg = settled(PLOTLY.format(uid="cad4c0"), "price")
    assert 'clipPath id="price-2"' in svg
    assert 'clip-path="url(#price-2)"' in svg


def test_styles_become_attributes() -> None:
    svg = settled(PLOTLY.format(uid="cad4c0"), "price")
    assert '<path d="M0,0L1,1" fill="none" stroke="#010203"/>' in svg
    assert "<text font-family=\"Inter, 'DejaVu Sans'\">a</text>" in svg


def test_what_shows_nothing_is_left_out() -> None:
    svg = (
        '<svg><g class="a"><g/><g transform="x"></g></g><path class="xlines"/><g><rect x="0" style="fill: red; '
        'fill-opacity: 0;"/></g><g><text>kept</text></g></svg>'
    )
    assert settled(svg, "price") == "<svg><g><text>kept</text></g></svg>"


def test_the_pieces_of_a_broken_line_become_one_path() -> None:
    pen = 'style="fill: none; stroke: rgb(1, 2, 3);"'
    svg = (
        f'<svg><path d="M0,0L1,1" {pen}/><path d="M2,2L3,3" {pen}/><path d="M4,4L5,5" {pen}/>'
        '<path d="M6,6L7,7" style="fill: none; stroke: red;"/><path d="M8,8Z" style="fill: red;"/>'
        '<path d="M9,9Z" style="fill: red;"/></svg>'
    )
    assert settled(svg, "price") == (
        '<svg><path d="M0,0L1,1M2,2L3,3M4,4L5,5" fill="none" stroke="#010203"/>'
        '<path d="M6,6L7,7" fill="none" stroke="red"/><path d="M8,8Z" fill="red"/>'
        '<path d="M9,9Z" fill="red"/></svg>'
    )
