"""Receives a body of up to 50 MB in pieces, on disk once it is large, and reads it back as lines."""

import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import IO

from barline_ingestion.errors import FileNotUsable, ImportTooLarge

LARGEST_FILE = 50 * 1024 * 1024
KEPT_IN_MEMORY = 1024 * 1024
LONGEST_LINE = 64 * 1024


async def received(chunks: AsyncIterator[bytes]) -> IO[bytes]:
    """The whole body as an open file; refused as soon as it is too large."""
    file = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - the caller's to close
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_FILE:
            file.close()
            raise ImportTooLarge(f"A file may have {LARGEST_FILE // 1024**2} MB at most.")
        file.write(chunk)
    file.seek(0)
    return file


def lines_of(file: IO[bytes]) -> Iterator[str]:
    """The lines of UTF-8 text, with or without a byte order mark; one without end is refused."""
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise FileNotUsable(
                    f"Line {number} has {LONGEST_LINE} characters or more: is this a CSV file?"
                )
            yield line
