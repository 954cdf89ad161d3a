"""How numerical kernels are compiled: by numba, without the interpreter lock, kept on disk."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile `kernel` on its first call and cache the machine code beside its module (or in NUMBA_CACHE_DIR).

    No fastmath: it would let the compiler reorder the compensated sums away and change results between machines.
    numba notices a change only in the kernel's own file, so a kernel calls no kernel of another file, and takes from
    others only constants that mean what they always meant.
    """
    return cast("Kernel", numba.njit(cache=True, nogil=True)(kernel))


def take_compiled(kept: Path | None) -> None:
    """Copy machine code that an image build has kept to where numba looks for it.

    numba passes over a folder that it cannot write to, as all of an image are, and would compile everything anew.
    """
    writable: str = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # numba sets it from the environment
    if kept is not None and writable:
        shutil.copytree(kept, writable, dirs_exist_ok=True)
