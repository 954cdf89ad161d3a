"""Following and no longer following a symbol."""

from django import forms

from barline_gateway.reporting.forms.fields import PageForm, TickerField


class AddForm(PageForm):
    symbol = TickerField(
        label="Add a symbol",
        help_text="As Alpha Vantage writes it: IBM, BRK-B, TSCO.LON.",
        widget=forms.TextInput(attrs={"placeholder": "IBM", "autocomplete": "off"}),
    )


class RemoveForm(PageForm):
    purge = forms.BooleanField(
        required=False,
        label="Also delete its bars, corporate actions and findings",
        help_text="Fetching them again costs requests to Alpha Vantage.",
    )


class ListForm(PageForm):
    """What part of the list is shown; never refused, only corrected."""

    search = forms.CharField(required=False, max_length=50, label="Find a symbol")
    all = forms.BooleanField(required=False)
    page = forms.IntegerField(required=False, min_value=1)
