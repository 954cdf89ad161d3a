"""What the README says of the client is what happens, to the letter."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from barline_client import Client, calls
from barline_client.cli.app import app

if TYPE_CHECKING:
    from conftest import Stack

README = Path(__file__).parents[3] / "README.md"
RUN_ID = re.compile("run-[0-9a-f]{32}")


@pytest.fixture(scope="module")
def section() -> str:
    return README.read_text().split("## From Python and the command line")[1].split("\n## ")[0]


def environment(stack: "Stack") -> dict[str, str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    asked = {"BARLINE_URL": stack.base_url, "BARLINE_API_KEY": stack.api_key}
    return {"PATH": programs, "COLUMNS": "80", **asked}


def shown_commands(section: str) -> Iterator[tuple[list[str], str]]:
    """Each command line of the console block, with what the README shows below it."""
    block = section.split("```console\n")[1].split("```", maxsplit=1)[0]
    for part in block.split("$ ")[1:]:
        line, _, output = part.partition("\n")
        yield shlex.split(line), output


def test_the_commands_print_what_the_readme_shows(
    stack: "Stack", section: str, tmp_path: Path
) -> None:
    shown = list(shown_commands(section))
    assert shown
    for words, output in shown:
        ended = subprocess.run(
            words,
            env=environment(stack),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert RUN_ID.sub("run-", ended.stdout).rstrip() == RUN_ID.sub("run-", output).rstrip()


def test_the_program_runs_as_it_stands(stack: "Stack", section: str, tmp_path: Path) -> None:
    program = section.split("```python\n")[1].split("```", maxsplit=1)[0]
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(stack),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    with Client(stack.base_url, stack.api_key) as barline:
        run = barline.send(calls.run_backtest("MSFT", winbuy=50, winsell=200))
        symbols = [row.symbol for row in barline.items(calls.list_symbols())]
    assert said.strip() == f"{run.metrics.sharpe} {symbols}"


def test_the_commands_named_are_the_commands_there_are(section: str) -> None:
    named = set(re.findall(r"`(\w+)`", section.split("Also ")[1].split(";", maxsplit=1)[0]))
    commands = get_command(app).commands  # type: ignore[attr-defined]  # of a group, which ours is
    assert named | {"backtest"} == set(commands)
