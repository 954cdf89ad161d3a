"""Which forecast to show, and which to make of many symbols."""

import re
from collections.abc import Mapping, Sequence

from django import forms

from barline_core.problems import FieldError
from barline_gateway.registry.tickers import ADVICE, is_ticker
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


class BatchForm(PageForm):
    """Forecasts of many symbols now, or hindcasts that show how the model would have done."""

    symbols = forms.CharField(
        required=False,
        label="Symbols",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "characters"}),
        help_text="Separated by spaces or commas. Empty: all that are followed.",
    )
    start = forms.DateField(
        required=False,
        label="Hindcasts from",
        widget=DATE_INPUT,
        help_text="Empty: a forecast each from the newest bars. A date: hindcasts from then on instead.",
    )
    every = forms.IntegerField(
        min_value=1,
        max_value=1_000,
        initial=5,
        label="Every … sessions",
        help_text="How far apart the hindcasts are.",
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, symbol: str = "") -> None:
        initial = {"symbols": symbol, "every": 5}
        super().__init__(data, initial=initial, auto_id="batch_%s")

    def clean_symbols(self) -> list[str]:
        named = [
            word.upper() for word in re.split(r"[\s,;]+", self.cleaned_data["symbols"]) if word
        ]
        wrong = [word for word in named if not is_ticker(word)]
        if wrong:
            raise forms.ValidationError(f"{wrong[0]} cannot be a symbol. {ADVICE}")
        return list(dict.fromkeys(named))

    def body(self, symbols: Sequence[str], end: str) -> dict[str, object]:
        """What the prediction service is asked; hindcasts reach to `end`."""
        start = self.cleaned_data["start"]
        if start is None:
            return {"symbols": list(symbols)}
        span = {"start": start.isoformat(), "end": end, "every": self.cleaned_data["every"]}
        return {"symbols": list(symbols), "hindcasts": span}

    def take_body_errors(self, errors: Sequence[FieldError]) -> bool:
        """Errors point into the body; a field is named after the last part of the pointer that names one."""
        named = [
            FieldError(one.detail, pointer=field_of(one.pointer or "", self.fields))
            for one in errors
        ]
        return self.take_errors(named)


def field_of(pointer: str, fields: Mapping[str, object]) -> str:
    """`/hindcasts/start` is of the field `start`, `/hindcasts` of the first of those, `/symbols/3` of `symbols`."""
    parts = pointer.strip("/").split("/")
    return next((part for part in reversed(parts) if part in fields), "start")
