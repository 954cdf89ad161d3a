"""Names the present looks of a report, so that a stored one is not served after the code that makes it changed."""

import hashlib
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

RENDERERS = ("plotly", "kaleido", "weasyprint")
SUFFIXES = (".py", ".css", ".js", ".otf")


def edition() -> str:
    """A digest of this package's files and of the versions of what draws for it."""
    digest = hashlib.sha256()
    for name, content in sorted(sources(files("barline_reports"), "")):
        digest.update(f"{name}:{len(content)}:".encode() + content)
    for package in RENDERERS:
        digest.update(f"{package}={version(package)}".encode())
    return digest.hexdigest()


def sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            found += sources(entry, name)
        elif entry.name.endswith(SUFFIXES):
            found.append((name, entry.read_bytes()))
    return found
