"""How much memory a rendering process and its browser hold, read from /proc: what a report may take is limited."""

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """`private_bytes` is resident memory that no other process shares: what would be free if it ended."""

    id: int
    parent: int
    group: int
    private_bytes: int


def family(root: int) -> list[Process]:
    """The process `root` with all that descend from it; empty when it is gone."""
    found = [process for process in [read_process(PROC / str(root))] if process]
    for process in found:  # grows while it is walked: children of children
        children = (read_process(PROC / child) for child in children_of(process.id))
        found += [child for child in children if child]
    return found


def children_of(process_id: int) -> list[str]:
    """The kernel keeps them by thread: looking through all the machine's would take far longer."""
    found: list[str] = []
    for thread in (PROC / str(process_id) / "task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            found += thread.read_text().split()
    return found


def read_process(folder: Path) -> Process | None:
    """None for what is no process any more."""
    try:
        status = (folder / "stat").read_text()
        resident, shared = (folder / "statm").read_text().split()[1:3]
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return None
    parent, group = status.rpartition(")")[2].split()[1:3]  # the name before it may hold anything
    return Process(
        int(folder.name), int(parent), int(group), (int(resident) - int(shared)) * PAGE_BYTES
    )


def private_bytes(processes: Collection[Process]) -> int:
    return sum(process.private_bytes for process in processes)
