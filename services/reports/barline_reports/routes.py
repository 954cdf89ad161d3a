"""The HTTP surface of the reports service."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from barline_core.calls import Principal
from barline_core.db import SessionDep
from barline_core.route_inputs import NoQuery
from barline_core.service import CallerDep
from barline_reports.answers import report_answer
from barline_reports.comparing import compared_runs
from barline_reports.errors import UnknownReport
from barline_reports.listing import list_own_reports
from barline_reports.printing import Printer, print_report
from barline_reports.schemas import (
    ComparisonQuery,
    DocumentQuery,
    DownloadQuery,
    PredictionQuery,
    ReportsQuery,
)
from barline_reports.sources import backtest_source, comparison_source, prediction_source
from barline_reports.store import delete_report, load_report
from barline_reports.upstream import Upstream

router = APIRouter()


def get_principal(request: Request, caller: CallerDep) -> Principal:
    return Principal(caller.user_id, caller.scope, request.scope["state"]["request_id"])


def get_printer(request: Request) -> Printer:
    printer: Printer = request.app.state.printer
    return printer


def get_upstream(request: Request) -> Upstream:
    upstream: Upstream = request.app.state.upstream
    return upstream


PrincipalDep = Annotated[Principal, Depends(get_principal)]
PrinterDep = Annotated[Printer, Depends(get_printer)]
UpstreamDep = Annotated[Upstream, Depends(get_upstream)]


@router.get("/documents/backtest")
def backtest_report(
    request: Request,
    query: Annotated[DocumentQuery, Query()],
    principal: PrincipalDep,
    printer: PrinterDep,
    upstream: UpstreamDep,
) -> Response:
    """The report on one backtest; the parameters are those of `/back_test`."""
    params = {name: value for name, value in request.query_params.items() if name != "format"}
    source = backtest_source(upstream, params, principal)
    return report_answer(*print_report(printer, source, query.format, principal.user_id))


@router.get("/documents/prediction")
def prediction_report(
    query: Annotated[PredictionQuery, Query()],
    principal: PrincipalDep,
    printer: PrinterDep,
    upstream: UpstreamDep,
) -> Response:
    """The report on one forecast, with the record of the one made thirty sessions earlier."""
    source = prediction_source(upstream, query.params(), principal)
    return report_answer(*print_report(printer, source, query.format, principal.user_id))


@router.get("/documents/comparison")
def comparison(
    query: Annotated[ComparisonQuery, Query()],
    principal: PrincipalDep,
    printer: PrinterDep,
    upstream: UpstreamDep,
) -> Response:
    """Two of the caller's backtests side by side; each may be named by its run or by a report on it."""
    run_ids = compared_runs(printer.database, query, principal.user_id)
    source = comparison_source(upstream, run_ids, principal)
    return report_answer(*print_report(printer, source, query.format, principal.user_id))


@router.get("/reports")
def reports(
    query: Annotated[ReportsQuery, Query()], session: SessionDep, caller: CallerDep
) -> dict[str, object]:
    """The caller's own reports, the last asked for first."""
    return list_own_reports(session, query, caller)


@router.get("/reports/{report_id}")
def report(
    report_id: str,
    query: Annotated[DownloadQuery, Query()],
    session: SessionDep,
    caller: CallerDep,
) -> Response:
    """One of the caller's reports, the bytes it had when it was made."""
    found = load_report(session, report_id, caller.user_id)
    if found is None:
        raise UnknownReport(report_id)
    return report_answer(report_id, found, query.disposition)


@router.delete("/reports/{report_id}", status_code=204)
def forget_report(
    report_id: str, query: Annotated[NoQuery, Query()], session: SessionDep, caller: CallerDep
) -> None:
    """Take a report out of the caller's list."""
    if not delete_report(session, report_id, caller.user_id):
        raise UnknownReport(report_id)
