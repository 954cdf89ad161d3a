"""The tables of schema `market`, one a file. Importing this package registers them all."""

from barline_core.models.backtest_run import BacktestRun
from barline_core.models.corporate_action import CorporateAction
from barline_core.models.daily_bar import DailyBar
from barline_core.models.daily_bar_revision import DailyBarRevision
from barline_core.models.forecast import Forecast
from barline_core.models.forecast_batch import ForecastBatch
from barline_core.models.forecast_batch_symbol import ForecastBatchSymbol
from barline_core.models.forecast_step import ForecastStep
from barline_core.models.job import Job
from barline_core.models.registry import SCHEMA, Model
from barline_core.models.report import Report
from barline_core.models.report_owner import ReportOwner
from barline_core.models.sweep import Sweep
from barline_core.models.sweep_symbol import SweepSymbol
from barline_core.models.symbol import Symbol
from barline_core.models.symbol_search import SymbolSearch
from barline_core.models.symbol_status import SymbolStatus
from barline_core.models.upstream_call import UpstreamCall
from barline_core.models.upstream_capability import UpstreamCapability
from barline_core.models.walk_forward import WalkForward

__all__ = [
    "SCHEMA",
    "BacktestRun",
    "CorporateAction",
    "DailyBar",
    "DailyBarRevision",
    "Forecast",
    "ForecastBatch",
    "ForecastBatchSymbol",
    "ForecastStep",
    "Job",
    "Model",
    "Report",
    "ReportOwner",
    "Sweep",
    "SweepSymbol",
    "Symbol",
    "SymbolSearch",
    "SymbolStatus",
    "UpstreamCall",
    "UpstreamCapability",
    "WalkForward",
]
