"""The database: one engine a process, one transaction a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from barline_core import deadline
from barline_core.database_url import sqlalchemy_url
from barline_core.pool_metrics import watch_pool

STATEMENT_TIMEOUT_MS = 30_000  # a request's SQL never outlives the longest gateway time-out


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and its sessions."""

    engine: Engine
    sessions: "sessionmaker[Session]"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls everything back when anything is raised."""
        with self.sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def connect(url: str, *, pool_size: int = 8, application_name: str = "barline") -> Database:
    """Open a pool; connections that died with a restarted server are replaced before use."""
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={
            "application_name": application_name,
            "connect_timeout": 5,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
        },
    )
    watch_pool(engine, application_name, pool_size)
    return Database(engine, sessionmaker(engine, expire_on_commit=False))


def get_session(request: Request) -> Iterator[Session]:
    """The request's one transaction. It never outlasts the time the request has."""
    database: Database = request.app.state.database
    deadline.check()
    with database.transaction() as session:
        left_ms = round((deadline.remaining_s() or STATEMENT_TIMEOUT_MS) * 1000)
        if left_ms < STATEMENT_TIMEOUT_MS:
            session.execute(text(f"SET LOCAL statement_timeout = {max(1, left_ms)}"))
        yield session


# `scope="function"` commits before the answer is sent: a client never hears "done" of something that was not kept.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
