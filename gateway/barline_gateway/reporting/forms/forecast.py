"""Which forecast to show."""

from collections.abc import Mapping, Sequence

from django import forms

from barline_gateway.reporting.forms.fields import (
    DATE_INPUT,
    PageForm,
    TickerField,
    offer_symbols,
)


class ForecastForm(PageForm):
    """The newest forecast of a symbol, or one made from the bars up to a date."""

    symbol = TickerField(label="Symbol")
    as_of = forms.DateField(
        required=False,
        label="Bars up to",
        widget=DATE_INPUT,
        help_text="Empty: all. A past date shows what would have been forecast then.",
    )

    def __init__(
        self, data: Mapping[str, object] | None, *, tickers: Sequence[str], run: bool
    ) -> None:
        values = {"symbol": tickers[0] if tickers else "", "as_of": ""} | dict(data or {})
        super().__init__(*((values,) if run else ()), **({} if run else {"initial": values}))
        offer_symbols(self, tickers, str(values["symbol"]).upper())

    def query(self) -> dict[str, str]:
        cleaned = self.cleaned_data
        as_of = {"as_of": cleaned["as_of"].isoformat()} if cleaned["as_of"] else {}
        return {"symbol": cleaned["symbol"], **as_of}
