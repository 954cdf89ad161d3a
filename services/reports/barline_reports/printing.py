"""From a request to a stored report: taken from the store when it was made before, else made, kept and sent."""

from dataclasses import dataclass, replace

import orjson
import structlog

from barline_core.db import Database
from barline_reports.document import Document
from barline_reports.errors import PrintingFailed, PrintingTooSlow, RendererBusy
from barline_reports.page import page
from barline_reports.paper import print_job
from barline_reports.render_metrics import RENDER_SECONDS
from barline_reports.renderer import (
    Renderer,
    RenderingBusy,
    RenderingFailed,
    RenderingTooSlow,
)
from barline_reports.schemas import Format
from barline_reports.sources import Source, digest_of
from barline_reports.store import Rendered, find_report, own_report, save_report

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}

log = structlog.get_logger("barline_reports.printing")


@dataclass(frozen=True, slots=True)
class Printer:
    """What a report is made with. `edition` names the present looks."""

    database: Database
    renderer: Renderer
    edition: str
    report_limit_s: float


def print_report(
    printer: Printer, source: Source, format_: Format, owner_id: int | None
) -> tuple[str, Rendered]:
    """The report and the id its owner has for it.

    No connection is held while it is drawn: a slow drawing must not keep others from the database.
    """
    digest = digest_of(printer.edition, format_, source.digest())
    with printer.database.transaction() as session:
        report = find_report(session, digest)
        if report is not None:
            return own_report(session, digest, owner_id), report
    report, complete = render(printer, source, format_, digest)
    if not complete:
        # A later request may get its charts, so this one is not what the digest stands for.
        report = replace(report, digest=digest_of(digest, report.content))
    with printer.database.transaction() as session:
        save_report(session, report)
        return own_report(session, report.digest, owner_id), report


def render(printer: Printer, source: Source, format_: Format, digest: str) -> tuple[Rendered, bool]:
    """The report, and whether all its charts were drawn."""
    document, answer = source.document()
    undrawn: tuple[str, ...] = ()
    if format_ == "json":
        content = orjson.dumps(document)
    elif format_ == "html":
        content = page(document)
    else:
        content, undrawn = pdf(printer, document, answer, digest)
    rendered = Rendered(
        digest=digest,
        kind=document.kind,
        symbol=document.symbol,
        title=document.title,
        format=format_,
        media_type=MEDIA_TYPES[format_],
        content=content,
    )
    return rendered, not undrawn


def pdf(
    printer: Printer, document: Document, answer: bytes, digest: str
) -> tuple[bytes, tuple[str, ...]]:
    """Raises RendererBusy, PrintingTooSlow or PrintingFailed."""
    try:
        with RENDER_SECONDS.time():
            printed = printer.renderer.render(print_job(document, identifier=digest), answer)
    except RenderingBusy as error:
        raise RendererBusy from error
    except RenderingTooSlow as error:
        raise PrintingTooSlow(printer.report_limit_s) from error
    except RenderingFailed as error:
        log.exception("printing.failed", digest=digest)
        raise PrintingFailed from error
    if printed.undrawn:
        log.warning("printing.charts_missing", digest=digest, charts=printed.undrawn)
    return printed.content, printed.undrawn
