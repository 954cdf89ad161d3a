"""From a request to an answer for a backtest on stored forecasts, and making such a run again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from barline_backtest.answer import Document, Part, answer
from barline_backtest.backtest import Backtest, perform
from barline_backtest.certificate import (
    Certificate,
    ParameterValue,
    digest_of,
    parameter_values,
    restore_parameters,
)
from barline_backtest.engine import ENGINE_VERSION, NoSessions
from barline_backtest.errors import NoStoredForecasts, no_sessions
from barline_backtest.forecast_rule import (
    DEFINITIONS,
    NOT_OF_FORECASTS,
    STEP,
    ForecastChoice,
    ForecastRule,
    StoredForecasts,
    Vintages,
    find_forecast_doubts,
)
from barline_backtest.parameters import RunParameters
from barline_backtest.running import Performed, answer_kept
from barline_backtest.schemas import ForecastRunBody
from barline_backtest.store.forecasts import read_forecasts
from barline_backtest.stored_bars import StoredBars, read_stored_bars
from barline_core.tokens import Caller

STRATEGY = "forecasts"


@dataclass(frozen=True, slots=True)
class ForecastPerformed(Performed):
    """A backtest on stored forecasts; windows and averages are in none of its parameters."""

    rule: ForecastRule
    vintages: Vintages

    @property
    def parameters(self) -> Mapping[str, ParameterValue]:
        return named_parameters(self.backtest.parameters, self.rule, self.vintages)

    def document(self, run_id: str, include: frozenset[Part]) -> Document:
        document = answer(self.backtest, run_id=run_id, coverage=self.coverage, include=include)
        forecasts = self.rule.forecasts
        return document | {
            "parameters": dict(self.parameters),
            "forecasts": {
                "model_version": forecasts.model_version,
                "count": int(forecasts.last_date.size),
                "hindcasts": int(forecasts.hindcast.sum()),
                "in_sample_left_out": forecasts.in_sample,
                "long": int(forecasts.long(self.rule.threshold_bps).sum()),
                "first_date": forecasts.last_date[0].item(),
                "last_date": forecasts.last_date[-1].item(),
                "digest": forecasts.digest,
            },
        }


def run_on_forecasts(session: Session, body: ForecastRunBody, caller: Caller) -> bytes:
    """The answer as JSON; the run is kept. Raises UnknownSymbol, NotEnoughHistory or NoStoredForecasts."""
    parameters, choice = body.parameters(), body.choice()
    bars = read_stored_bars(session, parameters)
    forecasts = forecasts_for(session, parameters, choice, parameters.known_at)
    performed = perform_on_forecasts(bars, parameters, forecasts, choice)
    return answer_kept(session, performed, body.parts(), caller)


def forecasts_for(
    session: Session, parameters: RunParameters, choice: ForecastChoice, made_by: datetime | None
) -> StoredForecasts:
    """The stored forecasts to follow. Raises NoStoredForecasts when there is not one."""
    found = read_forecasts(
        session,
        parameters.symbol,
        choice,
        first=parameters.start,
        last=parameters.end,
        made_by=made_by,
        step=STEP,
    )
    if found is None:
        raise NoStoredForecasts(
            f"There is no stored forecast of {parameters.symbol} to follow, in sample ones left out, by "
            f"{'any model' if choice.model_version is None else 'version ' + choice.model_version} between these "
            'dates. POST /ai_prediction {"symbols": […], "hindcasts": {"start": …, "end": …, "every": 1}} makes some.'
        )
    return found


def perform_on_forecasts(
    bars: StoredBars, parameters: RunParameters, forecasts: StoredForecasts, choice: ForecastChoice
) -> ForecastPerformed:
    """The run begins at the first forecast, unless a start is given: before, there is nothing to follow."""
    rule = ForecastRule(forecasts, choice.threshold_bps)
    if parameters.start is None:
        parameters = replace(parameters, start=forecasts.last_date[0].item())
    try:
        made = perform(
            bars.prices(parameters.price_basis),
            parameters,
            data_version=bars.data_version,
            faults=bars.faults(),
            strategy=rule,
        )
    except NoSessions as error:
        raise no_sessions(bars.series, parameters) from error
    return ForecastPerformed(
        with_forecasts(made, rule, choice.vintages), bars.coverage(), rule, choice.vintages
    )


def with_forecasts(made: Backtest, rule: ForecastRule, vintages: Vintages) -> Backtest:
    """The backtest with what its forecasts leave to doubt, and a certificate that covers them."""
    named = named_parameters(made.parameters, rule, vintages)
    definitions = {
        name: value
        for name, value in made.certificate.definitions.items()
        if name not in {*NOT_OF_FORECASTS, "signal"}
    } | dict(DEFINITIONS)
    digest = digest_of(
        {
            "engine_version": ENGINE_VERSION,
            "data_version": made.certificate.data_version,
            "forecasts": rule.forecasts.digest,
            "parameters": dict(named),
            "definitions": definitions,
        }
    )
    certificate = Certificate(digest, ENGINE_VERSION, made.certificate.data_version, definitions)
    findings = (*find_forecast_doubts(made.run, rule), *made.findings)
    return replace(made, certificate=certificate, findings=findings)


def named_parameters(
    parameters: RunParameters, rule: ForecastRule, vintages: Vintages
) -> dict[str, ParameterValue]:
    """As they are answered, kept and certified."""
    trading = {
        name: value
        for name, value in parameter_values(parameters).items()
        if name not in NOT_OF_FORECASTS
    }
    return {
        "strategy": STRATEGY,
        **trading,
        "threshold_bps": rule.threshold_bps + 0.0,
        "step": STEP,
        "model_version": rule.forecasts.model_version,
        "vintages": vintages,
        "made_through": rule.forecasts.made_through.isoformat().replace("+00:00", "Z"),
    }


def is_on_forecasts(stored: Mapping[str, object]) -> bool:
    """Whether stored parameters are those of a run on forecasts."""
    return stored.get("strategy") == STRATEGY


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """What a kept run on forecasts was asked: parameters for the engine, the forecasts, and when the last was made."""

    parameters: RunParameters
    choice: ForecastChoice
    made_through: datetime

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> "StoredChoice":
        own = ("strategy", "threshold_bps", "step", "model_version", "vintages", "made_through")
        trading: dict[str, Any] = {k: v for k, v in stored.items() if k not in own}
        windows = {"winbuy": 2, "winsell": 2, "rule": "level", "average": "sma"}
        return cls(
            restore_parameters({**trading, **windows}),
            ForecastChoice(
                str(stored["model_version"]),
                cast("Vintages", stored["vintages"]),
                float(str(stored["threshold_bps"])),
            ),
            datetime.fromisoformat(str(stored["made_through"])),
        )

    def forecasts(self, session: Session) -> StoredForecasts:
        """The very forecasts of the run: the ledger only grows, so those made by then are the same."""
        return forecasts_for(session, self.parameters, self.choice, self.made_through)
