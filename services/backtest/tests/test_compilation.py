import os
import subprocess
import sys
from pathlib import Path

CALL = """
import os, sys
from pathlib import Path
import numpy as np
from barline_backtest.averages import prefix_sums
from barline_backtest.compilation import take_compiled
kept = os.environ.get("KEPT")
take_compiled(Path(kept) if kept else None)
prefix_sums(np.arange(4.0))
"""


def what_numba_did(cache: Path, kept: Path | None) -> str:
    """Its account of one call in a process of its own."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "NUMBA_DEBUG_CACHE": "1"}
    if kept is not None:
        environment["KEPT"] = str(kept)
    command = [sys.executable, "-c", CALL]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_machine_code_of_an_image_build_is_used_where_the_image_cannot_be_written_to(
    tmp_path: Path,
) -> None:
    image, scratch = tmp_path / "image", tmp_path / "scratch"
    assert "data saved" in what_numba_did(image, kept=None)
    account = what_numba_did(scratch, kept=image)
    assert "data loaded" in account
    assert "saved" not in account
