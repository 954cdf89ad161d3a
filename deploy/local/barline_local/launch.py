"""`make run`: prepares a local installation, starts it, says when it is ready, and stops all of it."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import psycopg2

from barline_core.embedded import PostgresFailed
from barline_local.database import LocalDatabase, migrate_market, open_database, prepare_django
from barline_local.environment import database_name, read_settings
from barline_local.home import Home, home_of, write_private
from barline_local.programs import (
    Program,
    all_programs,
    gateway_port,
    scrape_targets,
    wants_sandbox,
)
from barline_local.supervisor import write_configuration

DEMO_USERNAME = "demo"
SANDBOX_SYMBOLS = ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
READY_TIMEOUT_S = 240
STOP_TIMEOUT_S = 60


class LaunchFailed(Exception):
    """Something a person has to mend; the message says what."""


def main() -> int:
    """Run until SIGTERM or Ctrl-C; 0 when that was how it ended."""
    settings = read_settings()
    home = home_of(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with only_one(home):
            return run(home, settings, stopping)
    except (LaunchFailed, PostgresFailed, psycopg2.OperationalError) as failure:
        print(f"Barline cannot start: {failure}", file=sys.stderr)
        return 1


def run(home: Home, settings: Mapping[str, str], stopping: threading.Event) -> int:
    """Start everything, wait, stop everything."""
    check_port(settings)
    secrets = home.prepare()
    home.credentials.unlink(missing_ok=True)
    database = open_database(
        home, secrets, database_url=settings.get("DATABASE_URL"), name=database_name(settings)
    )
    try:
        programs = all_programs(home, secrets, settings, database.urls)
        write_private(home.path / "metrics.json", json.dumps(scrape_targets(programs), indent=2))
        migrate_market(database)
        with supervised(home, programs) as supervisor:
            make_demo_account(database, programs, secrets)  # while the services start
            wait_until_ready(programs, supervisor, stopping)
            announce(home, settings, secrets, stopping)
            while not stopping.wait(0.5):
                if supervisor.poll() is not None:
                    raise LaunchFailed(f"the supervisor ended; see {home.logs}")
    finally:
        home.credentials.unlink(missing_ok=True)
        database.stop()
    return 0


def make_demo_account(
    database: LocalDatabase, programs: Sequence[Program], secrets: Mapping[str, str]
) -> None:
    """Django's own tables, and the demo account in them."""
    environment = next(program.environment for program in programs if program.name == "gateway")
    demo = {
        "BARLINE_DEMO_USERNAME": DEMO_USERNAME,
        "BARLINE_DEMO_PASSWORD": secrets["demo_password"],
        "BARLINE_DEMO_API_KEY": secrets["demo_api_key"],
    }
    prepare_django(database, {**environment, **demo})


def announce(
    home: Home, settings: Mapping[str, str], secrets: Mapping[str, str], stopping: threading.Event
) -> None:
    """Load the sandbox's symbols on a first start, write the credentials, and say so."""
    base_url = f"http://127.0.0.1:{gateway_port(settings)}"
    if wants_sandbox(settings):
        load_sandbox_symbols(base_url, secrets["demo_api_key"], stopping)
    if stopping.is_set():
        return
    credentials = {
        "base_url": base_url,
        "username": DEMO_USERNAME,
        "password": secrets["demo_password"],
        "api_key": secrets["demo_api_key"],
    }
    write_private(home.credentials, json.dumps(credentials, indent=2) + "\n")
    print(
        f"Barline is ready: {base_url}/reporting/ (user {DEMO_USERNAME}, "
        f"password and API key in {shown(home.credentials)})",
        flush=True,
    )


def load_sandbox_symbols(base_url: str, api_key: str, stopping: threading.Event) -> None:
    """Add what is missing, through the public door, and wait until it is loaded."""
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=60, trust_env=False) as client:
        listed = client.get("/financial_data/data").raise_for_status().json()["results"]
        loaded = {row["symbol"] for row in listed if row["status"] == "ready"}
        missing = [symbol for symbol in SANDBOX_SYMBOLS if symbol not in loaded]
        if not missing:
            return
        print(f"Loading {', '.join(missing)} from the sandbox …", flush=True)
        job = (
            client.post("/financial_data/add", json={"symbols": missing}).raise_for_status().json()
        )
        while job["state"] in {"queued", "running"} and not stopping.wait(0.2):
            job = client.get(f"/jobs/{job['id']}").raise_for_status().json()
        if job["state"] == "failed":
            raise LaunchFailed(f"the sandbox's symbols could not be loaded: {job['problem']}")


def wait_until_ready(
    programs: Sequence[Program], supervisor: "subprocess.Popen[bytes]", stopping: threading.Event
) -> None:
    """Until every process that answers HTTP says it is ready."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    waiting = {program.name: program.ready_url for program in programs if program.ready_url}
    with httpx.Client(timeout=5, trust_env=False) as client:
        while waiting and not stopping.is_set():
            for name, url in list(waiting.items()):
                with contextlib.suppress(httpx.HTTPError):
                    if client.get(url).is_success:
                        del waiting[name]
            if supervisor.poll() is not None or time.monotonic() > deadline:
                names = ", ".join(waiting)
                raise LaunchFailed(f"not ready: {names}; their logs say why")
            stopping.wait(0.1)


@contextlib.contextmanager
def supervised(home: Home, programs: Sequence[Program]) -> "Iterator[subprocess.Popen[bytes]]":
    """The supervisor with all processes; at the end they are stopped, whatever happened."""
    stop_orphan(home)
    configuration = write_configuration(home, programs)
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in order
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()


def stop_orphan(home: Home) -> None:
    """End the supervisor of a launcher that was killed: we hold the lock, so nobody else needs it."""
    pid_file = home.path / "supervisor.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and str(home.path / "supervisor.conf").encode() in command.read_bytes():
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while command.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def only_one(home: Home) -> Iterator[None]:
    """One launcher a home at a time."""
    home.path.mkdir(parents=True, exist_ok=True)
    with (home.path / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LaunchFailed(f"another `make run` uses {shown(home.path)} already") from error
        yield


def check_port(settings: Mapping[str, str]) -> None:
    """A taken port would show only in a log."""
    try:
        port = gateway_port(settings)
    except ValueError as error:
        raise LaunchFailed(f"PORT must be a number, not {settings['PORT']!r}") from error
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.get("HOST") or "127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise LaunchFailed(
                f"port {port} cannot be used ({error}); choose another: make run PORT=8080"
            ) from error


def shown(path: Path) -> str:
    """A path as one would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
