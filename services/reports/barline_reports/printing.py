"""From a request to a stored report: taken from the store when it was made before, else made, kept and sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import orjson
import structlog

from barline_core.db import Database
from barline_reports.document import Document
from barline_reports.errors import PrintingFailed, PrintingTooLarge, PrintingTooSlow, RendererBusy
from barline_reports.page import page
from barline_reports.paper import print_job
from barline_reports.pool import RenderingBusy, RenderPool
from barline_reports.render_metrics import RENDER_SECONDS
from barline_reports.rendering_process import RenderingFailed, RenderingTooLarge, RenderingTooSlow
from barline_reports.schemas import Format
from barline_reports.sources import Source, digest_of
from barline_reports.store import Rendered, find_report, own_report, save_report
from barline_reports.underway import StillUnderway, Underway

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
    pool: RenderPool
    edition: str
    report_limit_s: float
    underway: Underway = field(default_factory=Underway)


def print_report(
    printer: Printer, source: Source, format_: Format, owner_id: int | None
) -> tuple[str, Rendered]:
    """The report and the id its owner has for it.

    No connection is held while it is drawn: a slow drawing must not keep others from the database.
    """
    digest = digest_of(printer.edition, format_, source.digest())
    kept = find_kept(printer, digest, owner_id)
    if kept is not None:
        return kept
    with problems(printer, digest), printer.underway.turn(digest, printer.report_limit_s) as waited:
        kept = find_kept(printer, digest, owner_id) if waited else None
        return kept or make(printer, source, format_, digest, owner_id)


def find_kept(printer: Printer, digest: str, owner_id: int | None) -> tuple[str, Rendered] | None:
    with printer.database.transaction() as session:
        report = find_report(session, digest)
        return None if report is None else (own_report(session, digest, owner_id), report)


def make(
    printer: Printer, source: Source, format_: Format, digest: str, owner_id: int | None
) -> tuple[str, Rendered]:
    if format_ == "pdf":
        with printer.pool.admitted():
            report = typeset(printer, source, digest)
    else:
        document, _ = source.document()
        content = orjson.dumps(document) if format_ == "json" else page(document)
        report = rendered(document, format_, content, digest)
    with printer.database.transaction() as session:
        save_report(session, report)
        return own_report(session, report.digest, owner_id), report


def typeset(printer: Printer, source: Source, digest: str) -> Rendered:
    document, answer = source.document()
    printed = printer.pool.render(print_job(document, identifier=digest), answer)
    report = rendered(document, "pdf", printed.content, digest)
    if printed.undrawn:
        log.warning("printing.charts_missing", digest=digest, charts=printed.undrawn)
        # A later request may get its charts, so this one is not what the digest stands for.
        return replace(report, digest=digest_of(digest, report.content))
    return report


def rendered(document: Document, format_: Format, content: bytes, digest: str) -> Rendered:
    return Rendered(
        digest=digest,
        kind=document.kind,
        symbol=document.symbol,
        title=document.title,
        subject_id=document.subject_id,
        format=format_,
        media_type=MEDIA_TYPES[format_],
        content=content,
    )


@contextmanager
def problems(printer: Printer, digest: str) -> Iterator[None]:
    """What keeps a PDF from coming, as the problem its reader is told."""
    try:
        with RENDER_SECONDS.time():
            yield
    except RenderingBusy as error:
        raise RendererBusy(error.retry_after_s) from error
    except StillUnderway as error:
        raise RendererBusy(1) from error
    except RenderingTooSlow as error:
        raise PrintingTooSlow(printer.report_limit_s) from error
    except RenderingTooLarge as error:
        raise PrintingTooLarge from error
    except RenderingFailed as error:
        log.exception("printing.failed", digest=digest)
        raise PrintingFailed from error
