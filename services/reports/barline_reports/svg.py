"""Makes Plotly's SVG the same bytes for the same figure: its ids and class names are random otherwise."""

import re

IDS = re.compile(r'\bid="([^"]+)"')
REFERENCES = re.compile(r'\b(id="|url\(#|href="#)([^")]+)')
CLASSES = re.compile(r' class="[^"]*"')


def settled(svg: str, prefix: str) -> str:
    """`svg` with ids `prefix-1`, `prefix-2`, … in order of appearance and without class names."""
    names = {
        found: f"{prefix}-{rank}" for rank, found in enumerate(dict.fromkeys(IDS.findall(svg)), 1)
    }

    def renamed(match: re.Match[str]) -> str:
        return match[1] + names.get(match[2], match[2])

    return CLASSES.sub("", REFERENCES.sub(renamed, svg))
