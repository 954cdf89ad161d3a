"""What was made earlier: jobs and reports."""

from pathlib import Path
from typing import Annotated

import typer

from barline_client import calls
from barline_client.cli.session import client_of, followed, out
from barline_client.cli.table import percent, table


def register(app: typer.Typer) -> None:
    app.command()(jobs)
    app.command()(reports)


def jobs(
    context: typer.Context,
    ids: list[str],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Follow them to their end.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel them.")] = False,
) -> None:
    """How far jobs are. The server keeps no list of them: name them."""
    call = calls.cancel_job if cancel else calls.read_job
    with client_of(context) as client:
        found = [client.send(call(one)) for one in ids]
        if wait:
            found = [followed(client, job) for job in found]
    rows = [(job.id, job.kind, job.state, percent(job.progress), job.message) for job in found]
    out().print(table("Jobs", ["id", "kind", "state", ">done", "message"], rows))


def reports(
    context: typer.Context,
    symbol: Annotated[str | None, typer.Option(help="Only those about it.")] = None,
    download: Annotated[str | None, typer.Option(help="The id of one to save.")] = None,
    file: Annotated[Path | None, typer.Option(help="Where to save it.")] = None,
) -> None:
    """The documents made so far; --download ID --file FILE saves one again."""
    if (download is None) != (file is None):
        raise typer.BadParameter("--download and --file go together.")
    with client_of(context) as client:
        if download is not None and file is not None:
            client.download(calls.download_report(download), file)
            out().print(f"{file} written.", markup=False)
            return
        found = list(client.items(calls.list_reports(symbol=symbol, page_size=200)))
    rows = [
        (row.id, row.symbol, row.title, row.format, row.size_bytes, row.requested_at)
        for row in found
    ]
    out().print(table("Reports", ["id", "symbol", "title", "format", ">bytes", "asked for"], rows))
