"""What can be asked of a stored run: make it again, vary it, look for a look ahead."""

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson
from sqlalchemy.orm import Session

from barline_backtest.answer import finding_row
from barline_backtest.audit import AuditedDate, audit
from barline_backtest.certificate import restore_parameters
from barline_backtest.engine import NoSessions, run
from barline_backtest.errors import NotForForecasts, UnknownRun, no_sessions
from barline_backtest.forecast_rule import ForecastChoice, ForecastRule
from barline_backtest.forecast_running import (
    StoredChoice,
    is_on_forecasts,
    perform_on_forecasts,
)
from barline_backtest.parameters import RunParameters
from barline_backtest.running import KEPT, Performed, perform_on
from barline_backtest.schemas import AuditBody
from barline_backtest.sensitivity import PRICE_BASES, SensitivityCard, Variation, vary
from barline_backtest.store.runs import load_run
from barline_backtest.stored_bars import StoredBars, read_stored_bars
from barline_backtest.strict_json import JsonValue, encode
from barline_backtest.verification import Made, compare
from barline_core.models import BacktestRun
from barline_core.tokens import Caller

Document = dict[str, JsonValue]


def own_run(session: Session, run_id: str, caller: Caller) -> BacktestRun:
    """A run of the caller. Raises UnknownRun, also for the run of somebody else."""
    stored = load_run(session, run_id, caller.user_id)
    if stored is None:
        raise UnknownRun(run_id)
    return stored


@dataclass(frozen=True, slots=True)
class Remaking:
    """What a stored run followed: its parameters, and the strategy when it is not that of the moving averages."""

    parameters: RunParameters
    rule: ForecastRule | None = None
    choice: ForecastChoice | None = None

    @classmethod
    def of(cls, session: Session, stored: BacktestRun) -> "Remaking":
        if not is_on_forecasts(stored.parameters):
            return cls(restore_parameters(stored.parameters))
        kept = StoredChoice.of(stored.parameters)
        rule = ForecastRule(kept.forecasts(session), kept.choice.threshold_bps)
        return cls(kept.parameters, rule, kept.choice)

    def again(self, bars: StoredBars) -> Performed:
        """The run on these bars. Raises NotEnoughHistory without a session."""
        if self.rule is None or self.choice is None:
            return Performed(perform_on(bars, self.parameters), bars.coverage())
        return perform_on_forecasts(bars, self.parameters, self.rule.forecasts, self.choice)


def verify_run(session: Session, run_id: str, caller: Caller) -> bytes:
    """Make a run again, and say identical, data restated or code changed. Raises NotEnoughHistory without bars."""
    stored = own_run(session, run_id, caller)
    remaking = Remaking.of(session, stored)
    then = Made.from_answer(stored_answer(stored))
    bars = same_reach(read_stored_bars(session, remaking.parameters), then)
    document = remaking.again(bars).document(run_id, KEPT)
    now = Made.from_answer(orjson.loads(encode(document)))
    return encode({"run_id": run_id, **compare(then, now)})


def same_reach(bars: StoredBars, then: Made) -> StoredBars:
    """The bars without those that came after the run, when that makes them the same bars: time is no restatement."""
    if bars.data_version == then.data_version:
        return bars
    cut = bars.series.until(then.last_date)
    return StoredBars(cut, bars.capability) if len(cut) else bars


def stored_answer(stored: BacktestRun) -> Mapping[str, object]:
    from_store: Mapping[str, object] = orjson.loads(zlib.decompress(stored.result))
    return from_store


def sensitivity_card(session: Session, run_id: str, caller: Caller) -> bytes:
    """The run under 96 other set-ups, on the bars as they are now."""
    remaking = Remaking.of(session, own_run(session, run_id, caller))
    parameters = remaking.parameters
    bars = read_stored_bars(session, parameters)
    prices = {basis: bars.prices(basis) for basis in PRICE_BASES}
    start = parameters.start
    assert start is not None  # noqa: S101 - a stored run's start is resolved
    card = vary(prices, parameters, start, strategy=remaking.rule or run)
    return encode({"run_id": run_id, "data_version": bars.data_version, **card_document(card)})


def card_document(card: SensitivityCard) -> Document:
    return {
        "ranges": {
            name: None if one is None else dict(asdict(one)) for name, one in card.ranges.items()
        },
        "variations": [variation_row(one) for one in card.variations],
        "findings": [finding_row(finding) for finding in card.findings],
    }


def variation_row(one: Variation) -> Document:
    """A set-up with its five numbers, null when it had nothing to trade."""
    result = one.result
    numbers = {
        name: None if result is None else getattr(result, name)
        for name in ("total_return", "cagr", "max_drawdown", "sharpe", "trades")
    }
    return {
        "fill": one.fill,
        "slippage_bps": one.slippage_bps,
        "start_shift_months": one.start_shift_months,
        "price_basis": one.price_basis,
        "start": one.start,
        **numbers,
    }


def audit_run(session: Session, run_id: str, body: AuditBody, caller: Caller) -> bytes:
    """Cut the future off at random dates and make up another: what moved before them."""
    stored = own_run(session, run_id, caller)
    if is_on_forecasts(stored.parameters):
        raise NotForForecasts
    parameters = restore_parameters(stored.parameters)
    bars = read_stored_bars(session, parameters)
    prices = bars.prices(parameters.price_basis)
    try:
        report = audit(prices, parameters, dates=body.dates, seed=body.seed)
    except NoSessions as error:
        raise no_sessions(bars.series, parameters) from error
    return encode(
        {
            "run_id": run_id,
            "data_version": bars.data_version,
            "passed": report.passed,
            "seed": report.seed,
            "checked": len(report.dates),
            "dates": [audited_row(one) for one in report.dates],
        }
    )


def audited_row(one: AuditedDate) -> Document:
    return {
        "date": str(one.cut),
        "moved_when_truncated": list(one.moved_when_truncated),
        "moved_when_perturbed": list(one.moved_when_perturbed),
    }
