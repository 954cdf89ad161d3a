import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = [
    *sorted(ROOT.glob("services/*/requirements*.txt")),
    ROOT / "gateway/requirements.txt",
    ROOT / "deploy/release/requirements.txt",
]
PINNED = re.compile(r"^([a-z0-9.\-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> set[tuple[str, str]]:
    return {(name, version) for name, version in PINNED.findall(path.read_text())}


def test_every_image_has_a_lock() -> None:
    assert len(LOCKS) == 7


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_image_has_the_versions_the_tests_ran_with(lock: Path) -> None:
    assert pins(lock) - pins(ROOT / "requirements.txt") == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_package_is_pinned_by_its_hash(lock: Path) -> None:
    text = lock.read_text()
    assert text.count("--hash=sha256:") >= len(pins(lock)) > 0
