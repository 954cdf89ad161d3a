"""The signing keys of internal calls: each party its private key, and everybody's public ones."""

import shutil
from pathlib import Path

from barline_core.tokens import write_key_pair
from barline_release.parties import PARTIES


def make_keys(folders: dict[str, Path], drafts: Path, *, mode: int = 0o700) -> None:
    """Fill the folder of each party; the gateway's comes last and is the sign that all are there.

    `drafts` is a private folder that is gone afterwards: all private keys lie in it for a moment.
    """
    if (folders["gateway"] / "gateway.key").exists():
        return
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir(mode=0o700, parents=True)
    for party in PARTIES:
        write_key_pair(drafts, party)
    for party in reversed(PARTIES):
        folder = folders[party]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=mode, parents=True)
        for public in drafts.glob("*.pub"):
            shutil.copy(public, folder)
        shutil.copy(drafts / f"{party}.key", folder)
    shutil.rmtree(drafts)
