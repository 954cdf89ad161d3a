"""Through which session a symbol's splits and dividends are known: bars can be ahead of them."""

from dataclasses import dataclass, replace
from datetime import date

from barline_ingestion.actions import ActionsOfSpan

LONG_AGO = date.min


@dataclass(frozen=True, slots=True)
class ActionsKnown:
    """The last day through which each kind is known without a gap; None when it is not at all."""

    splits_through: date | None = None
    dividends_through: date | None = None

    def covers(self, last_bar: date) -> bool:
        """Whether every action of every bar is known."""
        through = (self.splits_through, self.dividends_through)
        return all(day is not None and day >= last_bar for day in through)


NOTHING_KNOWN = ActionsKnown()


def learnt_of_span(known: ActionsKnown, told: ActionsOfSpan, first_bar: date) -> ActionsKnown:
    """What is known after a span was told: it must begin with the bars, or where knowledge ends."""
    for kind in told.kinds:
        name = "splits_through" if kind == "split" else "dividends_through"
        before: date | None = getattr(known, name)
        joins = told.first <= first_bar or (before is not None and told.first <= before)
        if joins:
            known = replace(known, **{name: max(told.last, before or LONG_AGO)})
    return known


def after_bars(
    known: ActionsKnown, told: ActionsOfSpan | None, *, first_before: date | None, first_now: date
) -> ActionsKnown:
    """What is known after bars were stored: older ones than before make every earlier word void.

    SPLITS and DIVIDENDS tell the whole past, but only what concerned a stored bar was kept.
    """
    if first_before is None or first_now < first_before:
        kinds = told.kinds if told is not None else ()
        known = ActionsKnown(
            splits_through=known.splits_through if "split" in kinds else None,
            dividends_through=known.dividends_through if "dividend" in kinds else None,
        )
    return known if told is None else learnt_of_span(known, told, first_now)
