"""The settings of a local installation, and the environment Django's command line gets when none is set."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dotenv import dotenv_values

from barline_local.database import open_database
from barline_local.home import home_of
from barline_local.programs import gateway, wants_sandbox


def read_settings() -> dict[str, str]:
    """The process's environment, and below it what a `.env` file in the working folder says."""
    from_file = {name: value for name, value in dotenv_values(".env").items() if value}
    return {**from_file, **os.environ}


def database_name(settings: Mapping[str, str]) -> str:
    """Made-up time and real time never meet in one database."""
    return "barline_sandbox" if wants_sandbox(settings) else "barline"


@contextmanager
def local_environment() -> Iterator[None]:
    """Complete `os.environ` for the gateway, from the running installation or a new one.

    What is set already stays. The embedded database is started when nothing else is named, and stopped at the end
    unless it ran before.
    """
    settings = read_settings()
    complete = all(settings.get(name) for name in ("SECRET_KEY", "API_KEY_SECRET", "DATABASE_URL"))
    if complete and settings.get("INTERNAL_KEYS_DIR"):
        os.environ.update(settings)
        yield
        return
    home = home_of(settings)
    secrets = home.prepare()
    database = open_database(
        home, secrets, database_url=settings.get("DATABASE_URL"), name=database_name(settings)
    )
    file = home.env_file("gateway")  # where the services are, when they run
    running: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    made = gateway(home, secrets, settings, database.owner_url, {}).environment
    for name, value in {**running, **made, **settings}.items():
        os.environ.setdefault(name, value)
    try:
        yield
    finally:
        if database.started_here:
            database.stop()
