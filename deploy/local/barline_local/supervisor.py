"""Writes the supervisor's configuration: it starts the processes, restarts what dies, and stops all of them."""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from barline_local.home import Home, write_private
from barline_local.programs import Program

STOP_WAIT_S = 30
LOG_BYTES = "10MB"
LOG_BACKUPS = 3


def write_configuration(home: Home, programs: Sequence[Program]) -> Path:
    """The configuration file, and beside it the environment of each process, readable by its owner only."""
    sections = [
        "[supervisord]",
        "nodaemon=true",
        f"logfile={quoted(home.logs / 'supervisor.log')}",
        f"pidfile={quoted(home.path / 'supervisor.pid')}",
        f"childlogdir={quoted(home.logs)}",
        "loglevel=warn",
        "silent=true",
    ]
    for order, program in enumerate(programs):
        write_private(
            home.env_file(program.name),
            json.dumps(program.environment, indent=2),
        )
        command = [sys.executable, "-m", "barline_local.start", str(home.env_file(program.name))]
        sections += [
            "",
            f"[program:{program.name}]",
            f"command={quoted(shlex.join([*command, *program.command]))}",
            f"stdout_logfile={quoted(home.logs / f'{program.name}.log')}",
            "redirect_stderr=true",
            f"stdout_logfile_maxbytes={LOG_BYTES}",
            f"stdout_logfile_backups={LOG_BACKUPS}",
            f"priority={order}",  # stopped in the opposite order: the gateway first
            "startsecs=1",  # what dies sooner is tried again after a growing pause
            "startretries=1000000",
            "autorestart=true",
            "stopsignal=TERM",
            f"stopwaitsecs={STOP_WAIT_S}",
            "stopasgroup=false",
            "killasgroup=true",
        ]
    path = home.path / "supervisor.conf"
    write_private(path, "\n".join(sections) + "\n")
    return path


def quoted(value: object) -> str:
    """Supervisor expands `%(name)s` in values."""
    return str(value).replace("%", "%%")
