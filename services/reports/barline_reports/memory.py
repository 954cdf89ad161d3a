"""How much memory a rendering process and its browser hold, read from /proc: what a report may take is limited."""

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
    everybody = [process for entry in PROC.iterdir() if (process := read_process(entry))]
    by_parent: dict[int, list[Process]] = {}
    for process in everybody:
        by_parent.setdefault(process.parent, []).append(process)
    found = [process for process in everybody if process.id == root]
    for process in found:  # grows while it is walked: children of children
        found += by_parent.get(process.id, [])
    return found


def read_process(folder: Path) -> Process | None:
    """None for what is no process, or none any more."""
    if not folder.name.isdigit():
        return None
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
