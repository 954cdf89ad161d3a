"""Which of one's documents are listed."""

from django import forms

from barline_gateway.reporting.forms.fields import PageForm, TickerField

KINDS = (
    ("", "All"),
    ("backtest", "Backtest"),
    ("prediction", "Forecast"),
    ("comparison", "Comparison"),
)
FORMATS = (("", "All"), ("pdf", "PDF"), ("html", "HTML"), ("json", "Page"))


class ReportsForm(PageForm):
    symbol = TickerField(label="Symbol", required=False)
    kind = forms.ChoiceField(choices=KINDS, required=False, label="Kind")
    format = forms.ChoiceField(choices=FORMATS, required=False, label="Format")
    page = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    def query(self) -> dict[str, str]:
        """What the reports service is asked for."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out on purpose."""
        return any(self.data.get(name) for name in ("symbol", "kind", "format"))
