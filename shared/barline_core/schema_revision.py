"""Whether the database's schema is at least the one this release was written for.

Migrations only add (expand and contract), so that a newer schema serves an older release while the newer one is rolled
out, or after it was rolled back; an older schema serves nobody.
"""

from functools import cache
from pathlib import Path

from barline_core.problems import ServiceUnavailable

# Without SQLAlchemy, which the gateway does not have.
PRESENT = "SELECT to_regclass('market.alembic_version') IS NOT NULL"
REVISION = "SELECT version_num FROM market.alembic_version"

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions of this release, oldest first: the numbers that its migrations' files begin with."""
    return tuple(sorted(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*_*.py")))


def is_newer(revision: str | None) -> bool:
    """Of a release after this one, which has every migration that this one has, and more."""
    return revision is not None and revision not in known_revisions()


def check_revision(revision: str | None) -> None:
    """Raise ServiceUnavailable for a database without a schema, or with one older than this release's."""
    if revision is None or (revision != known_revisions()[-1] and not is_newer(revision)):
        raise ServiceUnavailable(
            f"The database's schema is {revision or 'not there'}, this release needs "
            f"{known_revisions()[-1]}; its release job has not run yet."
        )
