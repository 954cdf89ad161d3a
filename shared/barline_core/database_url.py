"""A database's address for SQLAlchemy's driver; without FastAPI, which the release image does not have."""

from urllib.parse import urlsplit


def sqlalchemy_url(url: str) -> str:
    """`postgres://` and `postgresql://` alike, for the psycopg2 driver."""
    scheme = urlsplit(url).scheme
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg2"}:
        raise ValueError(
            f"DATABASE_URL must begin with postgres:// or postgresql://, not {scheme}://"
        )
    return "postgresql+psycopg2" + url[len(scheme) :]
