"""The parameters of one backtest."""

from django import forms

from barline_gateway.reporting.forms.run_choices import OneSymbolForm

SHORTEST_WINDOW, LONGEST_WINDOW = 2, 2_000


def window_field(label: str, initial: int, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=SHORTEST_WINDOW,
        max_value=LONGEST_WINDOW,
        initial=initial,
        label=label,
        help_text=help_text,
    )


class BacktestForm(OneSymbolForm):
    """One backtest; the field names are those of the public route."""

    BASIC = ("symbol", "initial_investment", "winbuy", "winsell", "start", "end")

    winbuy = window_field("Buy window", 50, "Sessions averaged.")
    winsell = window_field("Sell window", 200, "Sessions averaged.")
