"""Makes Plotly's SVG fit for paper: the same bytes for the same figure, and quick to lay out.

Its ids and class names are random otherwise. WeasyPrint parses each `style` attribute as a stylesheet and visits every
empty group; without them the same picture costs a third less.
"""

import re

IDS = re.compile(r'\bid="([^"]+)"')
REFERENCES = re.compile(r'\b(id="|url\(#|href="#)([^")]+)')
CLASSES = re.compile(r' class="[^"]*"')
STYLES = re.compile(r' style="([^"]*)"')
COLOURS = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")
UNSEEN = re.compile(
    r'<(?:rect|path)\b[^>]*? fill-opacity="0"[^>]*/>'
)  # what the mouse is caught with
STROKES = re.compile(
    r'<path d="[^"]*"( fill="none"[^>]*)/>(?:<path d="[^"]*"\1/>)+'
)  # a line with gaps: one path for each piece, all with one pen
COURSE = re.compile(r' d="([^"]*)"')
EMPTY = re.compile(r"<(?:g|path)\b(?![^>]* d=)[^>]*/>|<g\b[^>]*></g>")
UNUSED = frozenset({"white-space", "pointer-events", "cursor", "vector-effect"})
OPAQUE = frozenset({"opacity", "fill-opacity", "stroke-opacity"})


def settled(svg: str, prefix: str) -> str:
    """`svg` with ids `prefix-1`, `prefix-2`, … in order of appearance, without class names and style attributes."""
    names = {
        found: f"{prefix}-{rank}" for rank, found in enumerate(dict.fromkeys(IDS.findall(svg)), 1)
    }

    def renamed(match: re.Match[str]) -> str:
        return match[1] + names.get(match[2], match[2])

    plain = STYLES.sub(attributes, CLASSES.sub("", REFERENCES.sub(renamed, svg)))
    return pruned(STROKES.sub(joined, COLOURS.sub(hexadecimal, plain)))


def joined(strokes: re.Match[str]) -> str:
    """Neighbouring pieces of one line as one path: five thousand of them take a layout half a minute otherwise."""
    return f'<path d="{"".join(COURSE.findall(strokes[0]))}"{strokes[1]}/>'


def attributes(style: re.Match[str]) -> str:
    """`fill: red; stroke: blue` as ` fill="red" stroke="blue"`."""
    pairs = (declaration.partition(":") for declaration in style[1].split(";"))
    named = ((name.strip(), value.strip()) for name, _, value in pairs)
    return "".join(f' {name}="{value}"' for name, value in named if matters(name, value))


def matters(name: str, value: str) -> bool:
    return bool(name) and name not in UNUSED and not (name in OPAQUE and value == "1")


def hexadecimal(colour: re.Match[str]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in colour.groups()))


def pruned(svg: str) -> str:
    """Without shapes that show nothing, and without the groups that are empty then."""
    svg, found = UNSEEN.sub("", svg), 1
    while found:
        svg, found = EMPTY.subn("", svg)
    return svg
