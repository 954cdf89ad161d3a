"""The embedded server, also where root's project lies in a folder nobody else may enter."""

import os
import stat
import subprocess
from pathlib import Path

import psycopg2
import pytest

from barline_core import embedded
from barline_core.embedded import EmbeddedPostgres, PostgresFailed, binaries, data_folder


@pytest.fixture
def root_only() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root runs the server as another user")


def test_the_server_wants_a_password(postgres_cluster: tuple[EmbeddedPostgres, int]) -> None:
    postgres, port = postgres_cluster
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(EmbeddedPostgres(postgres.folder, "wrong").url(port))


def test_starting_a_running_server_gives_its_port(
    postgres_cluster: tuple[EmbeddedPostgres, int],
) -> None:
    postgres, port = postgres_cluster
    assert postgres.start() == port


def test_the_data_is_readable_by_the_server_only(
    postgres_cluster: tuple[EmbeddedPostgres, int],
) -> None:
    postgres, _ = postgres_cluster
    assert stat.S_IMODE(postgres.folder.stat().st_mode) == 0o700


def test_a_failure_has_the_programs_last_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18")
    with pytest.raises(PostgresFailed, match="pg_ctl"):
        EmbeddedPostgres(tmp_path, "x").start()


def test_from_a_closed_folder_the_data_lies_elsewhere(tmp_path: Path, root_only: None) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not data_folder(closed / "home").is_relative_to(closed)


def test_copied_programs_run(root_only: None, tmp_path: Path) -> None:
    installation = binaries().parent
    copied = tmp_path / "copied"
    embedded._copy_programs(installation, copied)
    program = copied / embedded.PACKAGE / installation.name / "bin" / "initdb"
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("initdb (PostgreSQL) ")
