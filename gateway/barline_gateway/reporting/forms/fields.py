"""How a form field looks on the pages, and the choice of a symbol."""

from collections.abc import Sequence

from django import forms
from django.forms.renderers import DjangoTemplates

from barline_core.problems import FieldError
from barline_gateway.registry.selectors import list_symbols
from barline_gateway.registry.tickers import ADVICE, is_ticker

MOST_OPTIONS = 500  # a longer list is typed into, not picked from
DATE_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
INSTANT_INPUT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

MESSAGES = {
    "required": "Please fill this in.",
    "min_value": "Must be at least %(limit_value)s.",
    "max_value": "Must be at most %(limit_value)s.",
}


class PageRenderer(DjangoTemplates):
    """Label, input, help and error in our own markup."""

    field_template_name = "reporting/parts/field.html"


class PageForm(forms.Form):
    """Takes a service's field errors too."""

    default_renderer = PageRenderer()

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on unchanged
        for field in self.fields.values():
            field.error_messages |= MESSAGES

    def take_errors(self, errors: Sequence[FieldError]) -> bool:
        """Put each error beside its field; whether every one found a field.

        A pointer into a body, `/winbuy/stop` or `/symbols/0`, belongs to the field `winbuy_stop` or `symbols`.
        """
        placed = True
        for error in errors:
            path = (error.parameter or error.pointer or "").strip("/")
            names = (path.replace("/", "_"), path.partition("/")[0])
            name = next((one for one in names if one in self.fields), None)
            if name is not None:
                self.add_error(name, error.detail)
            else:
                placed = False
        return placed


def number_input(step: str = "any") -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": step, "inputmode": "decimal"})


class TickerField(forms.CharField):
    """A symbol, in upper case."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=20, **options)  # type: ignore[arg-type]  # handed on unchanged
        self.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}

    def to_python(self, value: object) -> str:
        return str(super().to_python(value) or "").strip().upper()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_ticker(value):
            raise forms.ValidationError(ADVICE)


def followed_tickers() -> list[str]:
    """The symbols one can choose from."""
    return list(list_symbols(active=True).values_list("ticker", flat=True)[: MOST_OPTIONS + 1])


def unregistered(tickers: Sequence[str]) -> list[str]:
    """Those of the symbols that nobody added here."""
    known = set(
        list_symbols(active=None).filter(ticker__in=tickers).values_list("ticker", flat=True)
    )
    return [one for one in tickers if one not in known]


def offer_symbols(form: forms.Form, tickers: Sequence[str], chosen: str) -> None:
    """Make the field `symbol` a list to pick from, unless there are too many."""
    if len(tickers) > MOST_OPTIONS:
        return
    options = list(dict.fromkeys([*tickers, *([chosen] if is_ticker(chosen) else [])]))
    form.fields["symbol"].widget = forms.Select(choices=[(one, one) for one in options])
