"""Reads what the services answer into the shapes the pages use."""

from typing import TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from barline_gateway.reporting.bars import Bars
from barline_gateway.reporting.budget import Budget
from barline_gateway.reporting.followed_jobs import Job, OrderedStudy
from barline_gateway.reporting.forecast_batch import ForecastBatch
from barline_gateway.reporting.imported import Imported
from barline_gateway.reporting.problems import not_understood
from barline_gateway.reporting.rechecks import Audit, Verification
from barline_gateway.reporting.report_document import ReportDocument
from barline_gateway.reporting.report_list import ReportList, RunList
from barline_gateway.reporting.sweep_result import Sweep
from barline_gateway.reporting.symbol_search import SymbolSearch
from barline_gateway.reporting.usage import Counted
from barline_gateway.reporting.walk_forward_result import WalkForward

Shape = TypeVar("Shape")

AUDIT = TypeAdapter(Audit)
BARS = TypeAdapter(Bars)
BUDGET = TypeAdapter(Budget)
COUNTED = TypeAdapter(Counted)
FORECAST_BATCH = TypeAdapter(ForecastBatch)
IMPORTED = TypeAdapter(Imported)
JOB = TypeAdapter(Job)
REPORT_DOCUMENT = TypeAdapter(ReportDocument)
REPORT_LIST = TypeAdapter(ReportList)
RUN_LIST = TypeAdapter(RunList)
STUDY = TypeAdapter(OrderedStudy)
SWEEP = TypeAdapter(Sweep)
SYMBOL_SEARCH = TypeAdapter(SymbolSearch)
VERIFICATION = TypeAdapter(Verification)
WALK_FORWARD = TypeAdapter(WalkForward)


def read(shape: TypeAdapter[Shape], answer: httpx.Response) -> Shape:
    """The answer's JSON in that shape; raises PageProblem when it has another one."""
    try:
        return shape.validate_json(answer.content)
    except ValidationError as error:
        raise not_understood() from error
