"""A command's client and terminal, and jobs followed with a bar."""

import sys
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from barline_client import calls
from barline_client.client import Client
from barline_client.errors import JobCancelled
from barline_client.models import Job


@dataclass(frozen=True, slots=True)
class Connection:
    """What the options said of the server."""

    url: str | None
    api_key: str | None

    def client(self) -> Client:
        return Client(self.url, self.api_key)


def client_of(context: typer.Context) -> Client:
    connection: Connection = context.obj
    return connection.client()


def out() -> Console:
    """Results: standard output, made at the time of printing."""
    return Console()


def notes() -> Console:
    """Progress and complaints: standard error, so that output can be piped."""
    return Console(stderr=True, soft_wrap=True)


def complain(line: str) -> None:
    notes().print(f"[bold red]barline:[/] {escape(line)}", highlight=False)


def followed(client: Client, job: Job) -> Job:
    """Wait for the job with a bar; Ctrl-C asks whether to cancel it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    try:
        shown = notes()
        with Progress(
            *columns, console=shown, transient=True, disable=not shown.is_terminal
        ) as progress:
            task = progress.add_task(job.message, total=1.0)

            def heard(news: Job) -> None:
                progress.update(task, description=news.message, completed=news.progress)

            return client.follow(job, heard)
    except KeyboardInterrupt:
        stopped_waiting(client, job)
        raise


def stopped_waiting(client: Client, job: Job) -> None:
    """Cancel the job if the person wants that; without a terminal nobody can be asked, and it goes on."""
    if sys.stdin.isatty() and typer.confirm(f"Cancel job {job.id} too?", err=True):
        raise JobCancelled(client.send(calls.cancel_job(job.id)))
    notes().print(f"Job {job.id} goes on; `barline jobs {job.id}` follows it.", markup=False)
