"""What is left of the key's day, for Prometheus."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from barline_core.exposition import Reading
from barline_ingestion.provider import key_rules
from barline_ingestion.settings import IngestionSettings


def budget_readings(settings: IngestionSettings) -> tuple[Reading, ...]:
    """Requests used today, and those left; the latter is missing for a paying key, which has no limit."""
    rules = key_rules(settings)

    def used(session: Session) -> Iterable[tuple[tuple[str, ...], float]]:
        return [((), float(rules.budget(session).used))]

    def remaining(session: Session) -> Iterable[tuple[tuple[str, ...], float]]:
        left = rules.budget(session).remaining
        return [] if left is None else [((), float(left))]

    return (
        Reading("barline_budget_used", "Requests sent upstream in this budget day.", (), used),
        Reading(
            "barline_budget_remaining", "Requests a free key may still send today.", (), remaining
        ),
    )
