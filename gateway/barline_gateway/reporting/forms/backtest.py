"""The parameters of one backtest."""

from collections.abc import Mapping, Sequence

from django import forms

from barline_gateway.reporting.forms.fields import TickerField, offer_symbols
from barline_gateway.reporting.forms.run_choices import RunForm

SHORTEST_WINDOW, LONGEST_WINDOW = 2, 2_000


def window_field(label: str, initial: int, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=SHORTEST_WINDOW,
        max_value=LONGEST_WINDOW,
        initial=initial,
        label=label,
        help_text=help_text,
    )


class BacktestForm(RunForm):
    """One backtest; the field names are those of the public route."""

    BASIC = ("symbol", "initial_investment", "winbuy", "winsell", "start", "end")

    symbol = TickerField(label="Symbol")
    winbuy = window_field("Buy window", 50, "Sessions averaged.")
    winsell = window_field("Sell window", 200, "Sessions averaged.")

    def __init__(
        self, data: Mapping[str, object] | None, *, tickers: Sequence[str], run: bool
    ) -> None:
        values = {"symbol": tickers[0] if tickers else ""} | dict(data or {})
        super().__init__(values, run=run)
        offer_symbols(self, tickers, str(values["symbol"]).upper())
