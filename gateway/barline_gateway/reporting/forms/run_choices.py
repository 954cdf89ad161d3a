"""What backtests, sweeps and walk-forwards let one choose alike: every parameter with its default and its limits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

from django import forms

from barline_gateway.reporting.forms.fields import (
    DATE_INPUT,
    INSTANT_INPUT,
    PageForm,
    TickerField,
    number_input,
    offer_symbols,
)

MOST_BPS = 9_999.0

RULES = (
    ("level", "Level: buy below, sell above"),
    ("cross", "Cross: only when it crosses"),
)
FILLS = (
    ("next_open", "Open of the next session"),
    ("next_close", "Close of the next session"),
    ("same_close", "Close of the signal itself (optimistic)"),
)
AVERAGES = (("sma", "Simple"), ("ema", "Exponential"))
BASES = (
    ("total_return", "Adjusted for splits and dividends"),
    ("split", "Adjusted for splits only"),
    ("raw", "As traded, not adjusted"),
)
SHARES = (("fractional", "Fractions allowed"), ("whole", "Whole shares only"))


class RunForm(PageForm):
    """The field names are those of the public routes; `BASIC` fields come first, the others are folded away."""

    BASIC: ClassVar[Sequence[str]] = ()

    initial_investment = forms.FloatField(
        initial=10_000,
        label="Initial investment",
        widget=number_input(),
    )
    start = forms.DateField(
        required=False, label="First session", widget=DATE_INPUT, help_text="Empty: all bars."
    )
    end = forms.DateField(
        required=False,
        label="Last session",
        widget=DATE_INPUT,
        help_text="Empty: all bars.",
    )
    rule = forms.ChoiceField(choices=RULES, initial="level", label="Rule")
    fill = forms.ChoiceField(choices=FILLS, initial="next_open", label="Orders are filled at")
    average = forms.ChoiceField(choices=AVERAGES, initial="sma", label="Kind of average")
    price_basis = forms.ChoiceField(choices=BASES, initial="total_return", label="Prices")
    shares = forms.ChoiceField(choices=SHARES, initial="fractional", label="Shares")
    commission_bps = forms.FloatField(
        min_value=0,
        max_value=MOST_BPS,
        initial=0,
        label="Commission",
        help_text="Basis points a leg.",
        widget=number_input(),
    )
    slippage_bps = forms.FloatField(
        min_value=0,
        max_value=MOST_BPS,
        initial=0,
        label="Slippage",
        help_text="Basis points a leg.",
        widget=number_input(),
    )
    risk_free = forms.FloatField(
        initial=0,
        label="Risk-free rate",
        help_text="A year: 0.02 is 2 %.",
        widget=number_input(),
    )
    known_at = forms.DateTimeField(
        required=False,
        label="Bars as known at",
        help_text="UTC. Empty: now.",
        widget=INSTANT_INPUT,
    )

    def __init__(self, data: Mapping[str, object] | None, *, run: bool) -> None:
        """`data` is the query; what it leaves out has its default. `run`: check it, else only fill in."""
        defaults = {name: field.initial for name, field in self.base_fields.items()}
        values = defaults | dict(data or {})
        super().__init__(*((values,) if run else ()), **({} if run else {"initial": values}))
        self.order_fields([*self.BASIC])

    def clean_initial_investment(self) -> float:
        amount: float = self.cleaned_data["initial_investment"]
        if amount <= 0:
            raise forms.ValidationError("Must be more than 0.")
        return amount

    def clean_risk_free(self) -> float:
        rate: float = self.cleaned_data["risk_free"]
        if rate <= -1:
            raise forms.ValidationError("Must be more than -1.")
        return rate

    def clean(self) -> dict[str, object]:
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and start > end:
            self.add_error("end", "The last session lies before the first.")
        return self.cleaned_data

    def query(self) -> dict[str, str]:
        """The parameters as a query wants them; what is left empty is left out."""
        named = self.cleaned_data.items()
        return {name: written(value) for name, value in named if value not in (None, "")}

    def choices(self) -> dict[str, object]:
        """What a run is made with but symbol and windows, as the body of a request wants it."""
        names = RunForm.base_fields
        query = self.query()
        numbers = {
            name: self.cleaned_data[name]
            for name, field in names.items()
            if isinstance(field, forms.FloatField)
        }
        return {name: query[name] for name in names if name in query} | numbers

    @property
    def basic(self) -> list[forms.BoundField]:
        return [self[name] for name in self.BASIC]

    @property
    def detailed(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.BASIC]

    @property
    def details_matter(self) -> bool:
        """Whether one of the fields that are folded away was changed or is wrong."""
        return any(
            field.errors or shown(field.value()) != shown(field.field.initial)
            for field in self.detailed
        )


class OneSymbolForm(RunForm):
    """Whatever is made on one symbol: of those followed the first, unless another is asked for."""

    symbol = TickerField(label="Symbol")

    def __init__(
        self, data: Mapping[str, object] | None, *, tickers: Sequence[str], run: bool
    ) -> None:
        values = {"symbol": tickers[0] if tickers else ""} | dict(data or {})
        super().__init__(values, run=run)
        offer_symbols(self, tickers, str(values["symbol"]).upper())


def shown(value: object) -> str:
    """The value as it stands in its input."""
    return "" if value is None else written(value)


def written(value: object) -> str:
    """As in a query: shortest number that reads back the same, ISO dates, UTC instants."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
