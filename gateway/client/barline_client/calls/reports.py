"""The documents one has had made."""

from typing import Literal

from pydantic import TypeAdapter

from barline_client.call import BYTES, NOTHING, Call, delete, get, segment
from barline_client.models import Comparison, ReportPage

PAGE: TypeAdapter[ReportPage] = TypeAdapter(ReportPage)
COMPARISON: TypeAdapter[Comparison] = TypeAdapter(Comparison)


def list_reports(
    *,
    symbol: str | None = None,
    kind: Literal["backtest", "prediction", "comparison"] | None = None,
    document: Literal["json", "html", "pdf"] | None = None,
    page: int | None = None,
    page_size: int | None = None,
) -> Call[ReportPage]:
    """The last asked for first."""
    query = {"symbol": symbol, "kind": kind, "format": document}
    return get("listReports", "/reports", PAGE, {**query, "page": page, "page_size": page_size})


def download_report(report_id: str) -> Call[bytes]:
    """The bytes it had when it was made, to be downloaded."""
    return get("downloadReport", f"/reports/{segment(report_id)}", BYTES)


def delete_report(report_id: str) -> Call[None]:
    return delete("deleteReport", f"/reports/{segment(report_id)}", NOTHING)


def compare_runs(first: str, second: str) -> Call[Comparison]:
    """Two runs side by side."""
    return get("compareRuns", "/reports/compare", COMPARISON, {"first": first, "second": second})


def comparison_document(first: str, second: str, document: Literal["html", "pdf"]) -> Call[bytes]:
    """The same as a report, to be downloaded."""
    query = {"first": first, "second": second, "format": document}
    return get("compareRuns", "/reports/compare", BYTES, query)
