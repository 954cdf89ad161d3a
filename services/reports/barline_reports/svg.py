"""Makes Plotly's SVG fit for paper: the same bytes for the same figure, and quick to lay out.

Its ids and class names are random otherwise, and WeasyPrint parses each `style` attribute as a stylesheet: that costs a
tenth of a report; the same declarations as attributes of their own cost next to nothing.
"""

import re

IDS = re.compile(r'\bid="([^"]+)"')
REFERENCES = re.compile(r'\b(id="|url\(#|href="#)([^")]+)')
CLASSES = re.compile(r' class="[^"]*"')
STYLES = re.compile(r' style="([^"]*)"')
UNUSED = frozenset({"white-space", "pointer-events", "cursor", "vector-effect"})


def settled(svg: str, prefix: str) -> str:
    """`svg` with ids `prefix-1`, `prefix-2`, … in order of appearance, without class names and style attributes."""
    names = {
        found: f"{prefix}-{rank}" for rank, found in enumerate(dict.fromkeys(IDS.findall(svg)), 1)
    }

    def renamed(match: re.Match[str]) -> str:
        return match[1] + names.get(match[2], match[2])

    return STYLES.sub(attributes, CLASSES.sub("", REFERENCES.sub(renamed, svg)))


def attributes(style: re.Match[str]) -> str:
    """`fill: red; stroke: blue` as ` fill="red" stroke="blue"`."""
    pairs = (declaration.partition(":") for declaration in style[1].split(";"))
    named = ((name.strip(), value.strip()) for name, _, value in pairs)
    return "".join(f' {name}="{value}"' for name, value in named if name and name not in UNUSED)
