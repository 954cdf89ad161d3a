"""Following and no longer following a symbol."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from barline_gateway.reporting.forms.fields import PageForm, TickerField

LARGEST_FILE = 50 * 1024 * 1024
MOST_KEYWORDS = 50  # characters, as the search takes them


class FactField(forms.CharField):
    """What the search said about a share: cut to what is kept, for nobody could correct it."""

    def __init__(self, *, kept: int) -> None:
        super().__init__(required=False, empty_value=None, widget=forms.HiddenInput)
        self.kept = kept

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        return text and text[: self.kept]


class AddForm(PageForm):
    """A symbol, or words to search for one; what a search found out may come along."""

    symbol = TickerField(
        label="Add a symbol",
        help_text="As Alpha Vantage writes it: IBM, BRK-B, TSCO.LON. Or type a name and search: "
        "a new search costs one request, so nothing is asked while you type.",
        widget=forms.TextInput(attrs={"placeholder": "IBM", "autocomplete": "off"}),
    )
    name = FactField(kept=200)
    exchange = FactField(kept=100)
    currency = FactField(kept=10)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["symbol"].widget.attrs["maxlength"] = str(MOST_KEYWORDS)

    @property
    def facts(self) -> dict[str, str | None]:
        return {name: self.cleaned_data[name] for name in ("name", "exchange", "currency")}


class SearchForm(PageForm):
    """The same field, read as words."""

    symbol = forms.CharField(max_length=MOST_KEYWORDS)


class ImportForm(PageForm):
    """A file of bars."""

    symbol = TickerField(
        label="Symbol",
        help_text="One that is here already, or a new one: it is then kept, but not fetched.",
        widget=forms.TextInput(attrs={"placeholder": "IBM", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # ingestion says what such a file lacks
        help_text="CSV in UTF-8, 50 MB at most, one session a line, with a header: date, open, high, "
        "low, close; volume, dividend and split where known.",
        widget=forms.FileInput(
            attrs={"accept": ".csv,.txt,text/csv", "data-max-bytes": str(LARGEST_FILE)}
        ),
    )
    prices = forms.ChoiceField(
        label="Its prices are",
        choices=(
            ("raw", "As traded"),
            ("split_adjusted", "Adjusted for splits"),
        ),
        help_text="Adjusted prices are turned back into traded ones: that takes a column split, or "
        "splits that are known here.",
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(f"A file may have {LARGEST_FILE // 1024**2} MB at most.")
        return file


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
