"""Two makings of one run compared: identical, data restated, or code changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self, cast

from barline_backtest.strict_json import JsonValue

Outcome = Literal["identical", "data restated", "code changed"]

# What a run computed, as opposed to what it was asked and what else is known of the symbol.
COMPUTED = ("metrics", "buy_and_hold", "trades", "equity_curve", "pending_order")


@dataclass(frozen=True, slots=True)
class Made:
    """One making of a run, from its answer."""

    digest: str
    engine_version: str
    data_version: str
    definitions: Mapping[str, object]
    last_date: date  # of the bars there were, not of the run
    forecasts: str  # digest of the stored forecasts it followed; empty when it followed none
    computed: Mapping[str, object]

    @classmethod
    def from_answer(cls, document: Mapping[str, object]) -> Self:
        certificate = cast("Mapping[str, str]", document["certificate"])
        forecasts = cast("Mapping[str, object]", document.get("forecasts", {}))
        data = cast("Mapping[str, Mapping[str, str]]", document["data"])
        return cls(
            digest=str(document["digest"]),
            engine_version=certificate["engine_version"],
            data_version=certificate["data_version"],
            definitions=cast("Mapping[str, object]", certificate["definitions"]),
            last_date=date.fromisoformat(data["coverage"]["last_date"]),
            forecasts=str(forecasts.get("digest", "")),
            computed={name: document[name] for name in COMPUTED},
        )


def outcome_of(then: Made, now: Made) -> Outcome:
    """Other code explains other numbers before other data does; the same of both must give the same bits."""
    if (then.engine_version, then.definitions) != (now.engine_version, now.definitions):
        return "code changed"
    if (then.data_version, then.forecasts) != (now.data_version, now.forecasts):
        return "data restated"
    return "identical" if then.computed == now.computed else "code changed"


def compare(then: Made, now: Made) -> dict[str, JsonValue]:
    """The outcome, both certificates, and every metric that differs."""
    outcome = outcome_of(then, now)
    message = {
        "identical": "Every number is the same to the last bit.",
        "data restated": "The bars are not those of the run: prices, sessions or corporate actions were restated.",
        "code changed": "The engine or a definition is not the one that made the run.",
    }[outcome]
    return {
        "outcome": outcome,
        "message": message,
        "digest": {"then": then.digest, "now": now.digest},
        "engine_version": {"then": then.engine_version, "now": now.engine_version},
        "data_version": {"then": then.data_version, "now": now.data_version},
        "differences": differences(then, now),
    }


def differences(then: Made, now: Made) -> list[JsonValue]:
    """Metrics of the run that are not what they were."""
    before = cast("Mapping[str, JsonValue]", then.computed["metrics"])
    after = cast("Mapping[str, JsonValue]", now.computed["metrics"])
    names = dict.fromkeys([*before, *after])
    return [
        {"metric": name, "then": before.get(name), "now": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]
