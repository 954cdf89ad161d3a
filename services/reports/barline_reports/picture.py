"""A chart's SVG on its page, with what a chart has most of drawn in fewer steps.

WeasyPrint sets an SVG's texts letter by letter, which takes four times as long, loses the kerning, and leaves whoever
searches the PDF single letters instead of words; and it reads a line's course point by point.
"""

import re
from functools import cache
from math import inf
from xml.etree.ElementTree import Element  # nosec B405 - only the type

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_emojis, draw_first_line
from weasyprint.layout import LayoutContext
from weasyprint.matrix import Matrix
from weasyprint.svg import SVG, Node
from weasyprint.svg.text import Style, TextBox
from weasyprint.svg.utils import size
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import split_first_line

# With any of these an element is more than a shape in its place; WeasyPrint knows how to draw it.
PARTICULAR = frozenset(
    {
        "alignment-baseline", "clip-path", "direction", "display", "display-anchor", "dominant-baseline", "dx", "dy",
        "filter", "letter-spacing", "marker", "marker-end", "marker-mid", "marker-start", "mask", "opacity", "rotate",
        "text-anchor", "textLength", "visibility",
    }
)  # fmt: skip
POLYLINES = re.compile(r"(?:M-?[\d.]+,-?[\d.]+(?:L-?[\d.]+,-?[\d.]+)*Z?)+")
WEIGHTS = {"normal": 400, "bold": 700}


class Picture(SVG):  # type: ignore[misc]  # WeasyPrint has no type hints
    """`tree` is the SVG; its texts are set in the fonts of `context`."""

    def __init__(
        self, tree: Element, url: str, url_fetcher: object, context: LayoutContext
    ) -> None:
        super().__init__(tree, url, context.font_config, url_fetcher)
        self._context = context

    def paint(self, stream: object, width: float, height: float) -> None:
        """Draw it; the sizes are in CSS pixels."""
        self.draw(stream, width, height, self.url, self._context)

    def draw_node(
        self, node: Node, font_size: float, fill_stroke: bool = True, context: Node | None = None
    ) -> None:
        for_another = not fill_stroke or context is not None  # a clip's outline, a symbol's copy
        particular = for_another or not PARTICULAR.isdisjoint(node.attrib)
        if node.tag == "text" and not particular and node.text and not list(node):
            self._draw_text(node, size(node.get("font-size", "1em"), font_size, font_size))
        elif node.tag == "path" and not particular and is_polylines(node):
            self._draw_polylines(node, font_size)
        else:
            super().draw_node(node, font_size, fill_stroke, context)

    def _draw_polylines(self, node: Node, font_size: float) -> None:
        with self.stream.stacked():
            self.transform(node, font_size)
            fill, stroke = self.set_graphical_state(node, font_size)
            self.stream.stream.append(polylines(node.get("d")))
            self.fill_stroke(fill, stroke, even_odd=node.get("fill-rule") == "evenodd")

    def _draw_text(self, node: Node, font_size: float) -> None:
        style = text_style(
            self.font_config,
            node.get("font-family", "sans-serif"),
            node.get("font-style", "normal"),
            node.get("font-weight", "normal"),
            font_size,
        )
        layout, _, _, width, height, baseline = split_first_line(
            node.text, style, self._context, inf, 0
        )
        layout.reactivate(style)
        line = TextBox(layout, style)
        line.baseline = baseline
        x, y = self.point(node.get("x", 0), node.get("y", 0), font_size)
        # A group with opacity asks each of its texts for this.
        node.text_bounding_box = (x, y - baseline, width, height)
        with self.stream.stacked():
            self.transform(node, font_size)
            fill, stroke = self.set_graphical_state(node, font_size)
            self.stream.begin_text()
            self.fill_stroke(fill, stroke, text=True)
            emojis = draw_first_line(self.stream, line, "none", "none", Matrix(d=-1, e=x, f=y))
            self.stream.end_text()
            draw_emojis(self.stream, style, x, y, emojis)


def is_polylines(node: Node) -> bool:
    return POLYLINES.fullmatch(node.get("d", "")) is not None


def polylines(course: str) -> bytes:
    """`M1,2L3,4Z` as the PDF's operators: `1 2 m`, `3 4 l`, `h`."""
    steps: list[str] = []
    for line in course.replace(",", " ").split("M")[1:]:
        first, *rest = line.removesuffix("Z").split("L")
        steps += [f"{first} m", *(f"{point} l" for point in rest)]
        if line.endswith("Z"):
            steps.append("h")
    return "\n".join(steps).encode()


@cache
def text_style(
    fonts: FontConfiguration, families: str, slant: str, weight: str, font_size: float
) -> Style:
    """As WeasyPrint makes one for each text. There are as many as there are kinds of text."""
    style = Style(INITIAL_VALUES)
    style.font_config = fonts
    style["font_family"] = [name.strip().strip("\"'") for name in families.split(",")]
    style["font_style"] = slant
    style["font_weight"] = int(weight) if weight.isdecimal() else WEIGHTS.get(weight, 400)
    style["font_size"] = font_size
    return style
