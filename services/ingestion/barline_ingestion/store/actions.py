"""Splits and dividends, each kept with the time it became known and the time it was withdrawn."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_ingestion.actions import Action, ActionsOfSpan

RELATIVE_TOLERANCE = 1e-6  # the same amount, printed with four decimals by one function

WITHDRAW = """
UPDATE market.corporate_action AS old SET withdrawn_at = :now
WHERE symbol_id = :symbol_id AND withdrawn_at IS NULL AND kind = ANY(:kinds)
  AND ex_date BETWEEN :first AND :last
  AND NOT EXISTS (
    SELECT FROM unnest(CAST(:new_kinds AS text[]), CAST(:new_dates AS date[]),
                       CAST(:new_values AS float8[])) AS new (kind, ex_date, value)
    WHERE new.kind = old.kind AND new.ex_date = old.ex_date
      AND abs(new.value - old.value) <= :tolerance * old.value
  )
"""
ADD = """
INSERT INTO market.corporate_action (symbol_id, ex_date, kind, known_at, value)
SELECT :symbol_id, new.ex_date, new.kind, :now, new.value
FROM unnest(CAST(:new_kinds AS text[]), CAST(:new_dates AS date[]),
            CAST(:new_values AS float8[])) AS new (kind, ex_date, value)
WHERE NOT EXISTS (
    SELECT FROM market.corporate_action AS old
    WHERE old.symbol_id = :symbol_id AND old.withdrawn_at IS NULL
      AND old.kind = new.kind AND old.ex_date = new.ex_date
)
"""


def replace_actions(
    session: Session, symbol_id: int, found: ActionsOfSpan, *, now: datetime
) -> None:
    """Make the span hold exactly these actions of these kinds, from `now` on."""
    parameters: dict[str, object] = {
        "symbol_id": symbol_id,
        "now": now,
        "kinds": list(found.kinds),
        "first": found.first,
        "last": found.last,
        "new_kinds": [action.kind for action in found.actions],
        "new_dates": [action.ex_date for action in found.actions],
        "new_values": [action.value for action in found.actions],
        "tolerance": RELATIVE_TOLERANCE,
    }
    session.execute(text(WITHDRAW), parameters)
    session.execute(text(ADD), parameters)


def splits_of(session: Session, symbol_id: int) -> tuple[Action, ...]:
    """The splits on record, oldest first."""
    rows = session.execute(
        text(
            "SELECT ex_date, value FROM market.corporate_action WHERE symbol_id = :symbol_id"
            " AND kind = 'split' AND withdrawn_at IS NULL ORDER BY ex_date"
        ),
        {"symbol_id": symbol_id},
    )
    return tuple(Action("split", row.ex_date, row.value) for row in rows)
