"""Turns what the routes found into answers."""

from collections.abc import Sequence

from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from barline_core.clock import utc_now
from barline_core.jobs import job_document
from barline_core.models import Job
from barline_core.problems import CONTENT_TYPE, FieldError, UnknownSymbol
from barline_ingestion.bar_document import (
    bars_csv,
    bars_json,
    bars_parquet,
    columns_of,
    coverage_of,
)
from barline_ingestion.capability import is_free
from barline_ingestion.importing import Imported
from barline_ingestion.market_calendar import next_budget_day
from barline_ingestion.provider import key_rules
from barline_ingestion.reading import SelectedBars
from barline_ingestion.schemas import BudgetDocument, CapabilityDocument, ImportDocument
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store import calls
from barline_ingestion.store.symbols import stalest_first, valid_ticker

PARQUET = "application/vnd.apache.parquet"
NAMES_SHOWN = 10


def bars_answer(selected: SelectedBars, chosen_format: str) -> Response:
    """The bars in the chosen format."""
    series = selected.chosen
    columns = columns_of(series, selected.raw)
    if chosen_format == "csv":
        return download(
            bars_csv(series, columns), "text/csv; charset=utf-8", f"{series.symbol}.csv"
        )
    if chosen_format == "parquet":
        return download(bars_parquet(series, columns), PARQUET, f"{series.symbol}.parquet")
    status = selected.status
    body = bars_json(series, columns, status=status, findings=status.findings)
    return Response(body, media_type="application/json")


def download(body: bytes, media_type: str, filename: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(body, media_type=media_type, headers=disposition)


def job_answer(job: Job) -> Response:
    """200 when the job succeeded, its problem when it failed, else 202."""
    if job.state == "failed" and job.problem is not None:
        status = job.problem.get("status")
        return JSONResponse(
            job.problem,
            status_code=status if isinstance(status, int) else 500,
            media_type=CONTENT_TYPE,
        )
    return JSONResponse(job_document(job), status_code=200 if job.state == "succeeded" else 202)


def registered(session: Session, symbols: Sequence[str]) -> list[str]:
    """The given symbols in upper case, once each; all must be registered."""
    wanted = list(dict.fromkeys(valid_ticker(symbol) for symbol in symbols))
    missing = sorted(set(wanted) - set(stalest_first(session, wanted)))
    if missing:
        names = ", ".join(missing[:NAMES_SHOWN])
        raise UnknownSymbol(
            f"Not registered here: {names}. Add them with POST /financial_data/add.",
            errors=tuple(
                FieldError(f"{name} is not registered.", pointer=f"/symbols/{wanted.index(name)}")
                for name in missing[:NAMES_SHOWN]
            ),
        )
    return wanted


def budget_document(session: Session, settings: IngestionSettings) -> BudgetDocument:
    """The day's budget and what was learnt about the key."""
    rules = key_rules(settings)
    budget = rules.budget(session)
    grants = calls.grants_of(session, rules.fingerprint)
    free = is_free(grants)
    return BudgetDocument(
        key_configured=bool(settings.alpha_vantage_api_key.get_secret_value()),
        upstream=settings.alpha_vantage_base_url.host or "",
        tier="unknown" if free is None else "free" if free else "paid",
        budget_date=rules.market_clock.today(),
        daily_limit=budget.daily_limit,
        used=budget.used,
        remaining=budget.remaining,
        resumes_at=next_budget_day(utc_now()) if budget.is_spent else None,
        capabilities=[
            CapabilityDocument(
                function=use.function,
                output_size=use.output_size or None,
                allowed=grant.allowed,
                learnt_at=grant.learnt_at,
            )
            for use, grant in sorted(grants.items(), key=lambda item: str(item[0]))
        ],
    )


def import_document(imported: Imported) -> ImportDocument:
    """What became of a file."""
    merged, status = imported.merged, imported.status
    stored = imported.rows - imported.left_out
    kinds = [action.kind for action in imported.actions]
    return ImportDocument(
        symbol=status.ticker,
        rows=imported.rows,
        added=merged.added,
        revised=merged.revised,
        unchanged=stored - merged.added - merged.revised,
        left_out=imported.left_out,
        splits=kinds.count("split"),
        dividends=kinds.count("dividend"),
        ignored_columns=list(imported.ignored_columns),
        coverage=coverage_of(status),
        findings=list(status.findings),
        data_version=status.data_version,
    )
