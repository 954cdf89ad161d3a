"""The program `barline`: its options, its commands, and how it ends."""

import sys
from typing import Annotated

import typer

from barline_client.cli import data_commands, forecast_commands, record_commands, run_commands
from barline_client.cli.session import Connection, complain
from barline_client.errors import BarlineError

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bars, backtests and forecasts of a Barline server.",
)


@app.callback()
def connect(
    context: typer.Context,
    url: Annotated[str | None, typer.Option(help="Where the server is; else BARLINE_URL.")] = None,
    api_key: Annotated[str | None, typer.Option(help="The key; else BARLINE_API_KEY.")] = None,
) -> None:
    """Without options and environment: config.toml in the settings folder, then .barline/credentials.json."""
    context.obj = Connection(url, api_key)


for commands in (data_commands, run_commands, forecast_commands, record_commands):
    commands.register(app)


def main() -> None:
    """Run, and end with 0; 1 after a problem, 2 after a mistake in the options, 130 after Ctrl-C."""
    try:
        app()
    except BarlineError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        complain(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
