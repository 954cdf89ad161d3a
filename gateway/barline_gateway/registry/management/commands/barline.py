"""`manage.py barline add|refresh|import|status`: the registry's routes for an operator at a shell."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
from django.core.management.base import BaseCommand, CommandError

from barline_core.problems import Problem
from barline_gateway.registry import selectors, services
from barline_gateway.registry.models import Symbol
from barline_gateway.registry.tickers import ticker_of
from barline_gateway.upstream import Principal, call

CHUNK_BYTES = 256 * 1024
LOOK_AGAIN_S = 0.5
FINISHED = frozenset({"succeeded", "failed", "cancelled"})


class Command(BaseCommand):
    """Follow symbols, fetch what is missing, import files, and look at what there is."""

    help = "Follow symbols, fetch what is missing, import files, and look at what there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="follow symbols and load their history")
        add.add_argument("symbols", nargs="+")
        refresh = actions.add_parser(
            "refresh", help="fetch what is missing; of all when none is named"
        )
        refresh.add_argument("symbols", nargs="*")
        refresh.add_argument("--full", action="store_true", help="the whole history again")
        for waiting in (add, refresh):
            waiting.add_argument(
                "--wait", type=float, default=60.0, metavar="S", help="follow the job for S seconds"
            )
        bars = actions.add_parser("import", help="store a CSV of bars")
        bars.add_argument("symbol")
        bars.add_argument("file", type=Path)
        bars.add_argument("--prices", choices=("raw", "split_adjusted"), default="raw")
        bars.add_argument("--follow", action="store_true", help="fetch it daily from now on")
        status = actions.add_parser("status", help="the budget, and what there is of each symbol")
        status.add_argument("symbols", nargs="*")

    def handle(self, *args: object, **options: object) -> None:
        action = str(options["action"])
        try:
            if action == "import":
                self.import_file(options)
            else:
                named = options["symbols"]
                texts = named if isinstance(named, list) else []
                tickers = [ticker_of(str(text)) for text in texts]
                self.act(action, list(dict.fromkeys(tickers)), options)
        except Problem as problem:
            raise CommandError(described(problem.detail, problem.errors)) from problem

    def act(self, action: str, tickers: list[str], options: dict[str, object]) -> None:
        if action == "status":
            self.show_status(tickers)
            return
        principal = operator()
        if action == "add":
            answer = services.add_symbols(tickers, principal=principal)
        else:
            full = bool(options["full"])
            answer = services.refresh(tickers or None, full=full, principal=principal)
        job = document_of(answer)
        wait_s = options["wait"]
        self.follow(job, wait_s if isinstance(wait_s, float) else 0.0)

    def follow(self, job: dict[str, object], wait_s: float) -> None:
        """Print each new message of the job; fail when it fails."""
        deadline, said = time.monotonic() + wait_s, ""
        while True:
            if (message := str(job["message"])) != said:
                eta = f" (until about {job['eta']})" if job["eta"] else ""
                self.stdout.write(f"{job['id']} {job['state']}: {message}{eta}")
                said = message
            if job["state"] in FINISHED or time.monotonic() >= deadline:
                break
            time.sleep(LOOK_AGAIN_S)
            job = document_of(call("ingestion", "GET", f"/jobs/{job['id']}", principal=operator()))
        services.forget_unknown_symbols()
        if job["state"] == "failed":
            raise CommandError(said)

    def import_file(self, options: dict[str, object]) -> None:
        path, ticker = options["file"], ticker_of(str(options["symbol"]))
        if not isinstance(path, Path) or not path.is_file():
            raise CommandError(f"There is no file {path}.")
        answer, created = services.import_bars(
            ticker,
            chunks_of(path),
            prices=str(options["prices"]),
            follow=True if options["follow"] else None,
            principal=operator(),
        )
        found = document_of(answer)
        new = " (new)" if created else ""
        self.stdout.write(
            f"{ticker}{new}: {found['added']} sessions added, {found['revised']} revised, "
            f"{found['unchanged']} unchanged; {found['splits']} splits, "
            f"{found['dividends']} dividends."
        )

    def show_status(self, tickers: list[str]) -> None:
        budget = document_of(call("ingestion", "GET", "/budget", principal=operator()))
        limit = budget["daily_limit"]
        left = "no daily limit" if limit is None else f"{budget['used']} of {limit} requests used"
        self.stdout.write(
            f"{budget['upstream']}, {budget['tier']} key, {budget['budget_date']}: {left}"
        )
        symbols = selectors.list_symbols()
        show(self.stdout.write, list(symbols.filter(ticker__in=tickers) if tickers else symbols))


def show(write: Callable[[str], object], symbols: list[Symbol]) -> None:
    """One line a symbol."""
    for symbol in symbols:
        status = selectors.status_of(symbol)
        state = status.state if status else "pending"
        followed = "" if symbol.active else ", not followed"
        if status is None or status.first_date is None:
            write(f"{symbol.ticker:<12} {state}{followed}")
            continue
        findings = ", ".join(str(finding["id"]) for finding in status.findings) or "nothing odd"
        write(
            f"{symbol.ticker:<12} {state}{followed}: {status.sessions} sessions "
            f"{status.first_date}..{status.last_date}, {status.missing_sessions} missing; {findings}"
        )


def operator() -> Principal:
    """Whoever may run this command may do everything."""
    return Principal(user_id=None, scope="admin", request_id=uuid4().hex)


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def document_of(answer: httpx.Response) -> dict[str, object]:
    """The service's document; its problem in words when it refused."""
    document: dict[str, object] = answer.json()
    if answer.is_error:
        errors = document.get("errors")
        details = [str(error["detail"]) for error in errors] if isinstance(errors, list) else []
        raise CommandError("\n".join([str(document.get("detail")), *details]))
    return document


def described(detail: str, errors: object) -> str:
    details = [error.detail for error in errors] if isinstance(errors, (list, tuple)) else []
    return "\n".join([detail, *(text for text in details if text != detail)])
