"""Which answers of the other services a report is made of, and how they become its document."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from barline_core.calls import Principal
from barline_reports.backtest_document import backtest_document
from barline_reports.backtest_result import BacktestResult
from barline_reports.comparison_document import comparison_document
from barline_reports.document import Document, Kind
from barline_reports.errors import DataChanging
from barline_reports.forecast_result import HINDCAST_SESSIONS, ForecastResult
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.schemas import (
    read_backtest,
    read_digest,
    read_forecast,
    read_model_card,
    read_scorecard,
    read_sensitivity,
)
from barline_reports.scorecard_result import OUTCOMES_STEP
from barline_reports.sensitivity import Sensitivity
from barline_reports.upstream import Refused, Upstream

BACKTEST_PATH = "/back_test"
RUNS_PATH = "/back_test/runs"
PREDICTION_PATH = "/ai_prediction"
SCORECARD_PATH = "/ai_prediction/scorecard"
MODEL_PATH = "/ai_prediction/model"
CHART_PARTS = "trades,equity_curve,prices"
NOT_ENOUGH_HISTORY = "not-enough-history"


@dataclass(frozen=True, slots=True)
class BacktestSource:
    """A backtest's answer just as the API gives it; the document asks for the prices when it is made."""

    answer: bytes
    params: Mapping[str, str]
    upstream: Upstream
    principal: Principal

    @property
    def kind(self) -> Kind:
        return "backtest"

    def digest(self) -> str:
        """Names what the report will say: the answer has the digest of its bars and parameters in it."""
        return digest_of(self.kind, self.answer)

    def document(self) -> tuple[Document, bytes]:
        """The document and the API's answer to attach, both of one run. Raises DataChanging."""
        params = {**self.params, "include": CHART_PARTS}
        result = read_backtest(self.upstream.get("backtest", BACKTEST_PATH, params, self.principal))
        if result.digest != read_digest(self.answer):
            raise DataChanging
        return backtest_document(result, self.answer, self.sensitivity(result)), self.answer

    def sensitivity(self, result: BacktestResult) -> Sensitivity:
        """The run under other set-ups; a refusal leaves the rest of the report as it is. Raises DataChanging."""
        path = f"{RUNS_PATH}/{result.run_id}/sensitivity"
        try:
            card = read_sensitivity(self.upstream.get("backtest", path, {}, self.principal))
        except Refused as refused:
            return Sensitivity(None, f"The result could not be varied: {refused.detail}")
        if card.data_version != result.data.data_version:
            raise DataChanging
        return Sensitivity(card)


@dataclass(frozen=True, slots=True)
class PredictionSource:
    """A forecast's answer just as the API gives it, and all that shows what it is worth.

    `closes` is the same forecast with the closes around it, `hindcast` the forecast of 30 sessions ago.
    """

    answer: bytes
    closes: ForecastResult
    hindcast: bytes | None
    missing: str
    scorecard: bytes
    card: bytes

    @property
    def kind(self) -> Kind:
        return "prediction"

    def digest(self) -> str:
        """The history follows from the bars the answer names; closes that came later do not."""
        return digest_of(
            self.kind,
            self.answer,
            repr(self.closes.actuals),
            self.hindcast or self.missing.encode(),
            self.scorecard,
            self.card,
        )

    def document(self) -> tuple[Document, bytes]:
        """Raises DataChanging when the answers are not of one vintage."""
        forecast = read_forecast(self.answer)
        if forecast.vintage_id != self.closes.vintage_id:
            raise DataChanging
        forecast = replace(forecast, history=self.closes.history, actuals=self.closes.actuals)
        hindcast = None if self.hindcast is None else read_forecast(self.hindcast)
        track = TrackRecord(
            hindcast, self.missing, read_scorecard(self.scorecard), read_model_card(self.card)
        )
        return prediction_document(forecast, track, self.answer), self.answer


@dataclass(frozen=True, slots=True)
class ComparisonSource:
    """The stored answers of two runs."""

    first: bytes
    second: bytes

    @property
    def kind(self) -> Kind:
        return "comparison"

    def digest(self) -> str:
        return digest_of(self.kind, self.first, self.second)

    def document(self) -> tuple[Document, bytes]:
        """The attachment has both answers as they were given."""
        attachment = b'{"first":' + self.first + b',"second":' + self.second + b"}"
        first, second = read_backtest(self.first), read_backtest(self.second)
        return comparison_document(first, second, attachment), attachment


Source = BacktestSource | PredictionSource | ComparisonSource


def digest_of(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length, so that no two lists of parts read the same."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def backtest_source(
    upstream: Upstream, params: Mapping[str, str], principal: Principal
) -> BacktestSource:
    """Raises what Upstream.get raises."""
    answer = upstream.get("backtest", BACKTEST_PATH, params, principal)
    return BacktestSource(answer, params, upstream, principal)


def comparison_source(
    upstream: Upstream, run_ids: tuple[str, str], principal: Principal
) -> ComparisonSource:
    """Raises what Upstream.get raises: a run of somebody else is refused as one that does not exist."""
    first, second = (
        upstream.get("backtest", f"{RUNS_PATH}/{run_id}", {}, principal) for run_id in run_ids
    )
    return ComparisonSource(first, second)


def prediction_source(
    upstream: Upstream, params: Mapping[str, str], principal: Principal
) -> PredictionSource:
    """Raises what Upstream.get raises, but for a history too short for the second forecast.

    The second forecast is asked for before the answer: its outcome belongs to the verdict.
    """

    def get(path: str, **asked: str) -> bytes:
        return upstream.get("prediction", path, asked, principal)

    include = "history,actuals" if "as_of" in params else "history"
    closes = read_forecast(get(PREDICTION_PATH, **params, include=include))
    hindcast, missing = earlier(get, closes, params["symbol"])
    scored = {"symbol": params["symbol"], "step": str(OUTCOMES_STEP)}
    return PredictionSource(
        answer=get(PREDICTION_PATH, **params),
        closes=closes,
        hindcast=hindcast,
        missing=missing,
        scorecard=get(SCORECARD_PATH, **scored),
        card=get(MODEL_PATH),
    )


def earlier(
    get: Callable[..., bytes], closes: ForecastResult, symbol: str
) -> tuple[bytes | None, str]:
    """The forecast of thirty sessions ago with what came, or the reason why there is none."""
    as_of = hindcast_date(closes)
    if as_of is None:
        return (
            None,
            f"There are fewer than {HINDCAST_SESSIONS} earlier sessions to test the model on.",
        )
    try:
        made = get(PREDICTION_PATH, symbol=symbol, as_of=as_of, include="history,actuals")
    except Refused as refused:
        if refused.problem_type != NOT_ENOUGH_HISTORY:
            raise
        return None, no_track_record(refused)
    return made, ""


def hindcast_date(forecast: ForecastResult) -> str | None:
    """The session that was the last one thirty sessions before the bar the forecast stands on."""
    dates = forecast.history.date
    return dates[-1 - HINDCAST_SESSIONS] if len(dates) > HINDCAST_SESSIONS else None


def no_track_record(refused: Refused) -> str:
    return f"No forecast can be made {HINDCAST_SESSIONS} sessions earlier to compare with: {refused.detail}"
