"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def half_written(target: Path) -> Iterator[IO[bytes]]:
    """A file beside the target, moved to its place at the end; an error removes it and leaves the target as it was."""
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as sink:
        try:
            yield sink
            sink.flush()
        except BaseException:
            Path(sink.name).unlink()
            raise
    mask = os.umask(0)
    os.umask(mask)
    Path(sink.name).chmod(0o666 & ~mask)  # as any file a person makes
    Path(sink.name).replace(target)
