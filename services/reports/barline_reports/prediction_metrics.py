"""The key figures of a forecast and of the record of the one before it, beside the naive baseline's."""

from barline_reports.document import KeyFigure
from barline_reports.figures.track import mean_error, mean_naive_error
from barline_reports.forecast_result import HINDCAST_SESSIONS, ForecastResult, Outcome
from barline_reports.formats import count, percent, plural, price, price_digits


def outlook(forecast: ForecastResult) -> tuple[KeyFigure, ...]:
    """Where the price is expected after the last step."""
    last, close = forecast.predictions[-1], forecast.based_on.last_close
    digits = price_digits([last.lower_95, last.naive_lower_95])
    group = f"After {plural(len(forecast.predictions), 'session')}"
    move, naive_move = percent(last.close / close - 1.0), percent(last.naive_close / close - 1.0)
    inner = interval(last.lower_80, last.upper_80, digits)
    outer = interval(last.lower_95, last.upper_95, digits)
    naive_inner = interval(last.naive_lower_80, last.naive_upper_80, digits)
    naive_outer = interval(last.naive_lower_95, last.naive_upper_95, digits)
    median, naive = price(last.close, digits), price(last.naive_close, digits)
    return (
        KeyFigure("last_close", "Last close", price(close, digits), "", group, headline=True),
        KeyFigure("median", "Median forecast", median, naive, group, headline=True),
        KeyFigure("change", "Change from the last close", move, naive_move, group, headline=True),
        KeyFigure("interval_80", "80% interval", inner, naive_inner, group, headline=True),
        KeyFigure("interval_95", "95% interval", outer, naive_outer, group),
    )


def interval(low: float | None, high: float | None, digits: int) -> str:
    if low is None or high is None:
        return ""
    return f"{price(low, digits)} to {price(high, digits)}"


def score(known: list[Outcome]) -> tuple[KeyFigure, ...]:
    """How the last forecast that can be checked turned out."""
    if not known:
        return ()
    group = f"The forecast made {HINDCAST_SESSIONS} sessions earlier"
    last, of = known[-1], f"of {count(len(known))}"
    nearer = sum(outcome.error < outcome.naive_error for outcome in known)
    further = sum(outcome.error > outcome.naive_error for outcome in known)
    mean = percent(mean_error(known), signed=False)
    naive_mean = percent(mean_naive_error(known), signed=False)
    at_last = percent(last.error, signed=False)
    naive_at_last = percent(last.naive_error, signed=False)
    inside_80 = f"{sum(outcome.within_80 for outcome in known)} {of}"
    inside_95 = f"{sum(outcome.within_95 for outcome in known)} {of}"
    last_label = f"Error {plural(last.step.step, 'session')} ahead"
    return (
        KeyFigure("mean_error", "Mean error", mean, naive_mean, group),
        KeyFigure("last_error", last_label, at_last, naive_at_last, group),
        KeyFigure("nearer", "Sessions it was nearer", f"{nearer} {of}", f"{further} {of}", group),
        KeyFigure("within_80", "Actual inside the 80% interval", inside_80, "", group),
        KeyFigure("within_95", "Actual inside the 95% interval", inside_95, "", group),
    )
