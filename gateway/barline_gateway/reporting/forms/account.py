"""A new API key."""

from django import forms

from barline_gateway.accounts.models import Scope
from barline_gateway.reporting.forms.fields import PageForm

LIFETIMES = (("", "Never"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"))


class KeyForm(PageForm):
    name = forms.CharField(
        max_length=100,
        label="Name",
        help_text="What will use it, so that you know it again.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(label="It may")
    days = forms.ChoiceField(choices=LIFETIMES, required=False, label="It expires")

    def __init__(self, *args: object, may_administer: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = {
            Scope.READ: "Read: look at everything, run backtests and forecasts",
            Scope.WRITE: "Read and write: also add, refresh and remove symbols",
            Scope.ADMIN: "Administer: also what belongs to other users",
        }
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (scope.value, text)
            for scope, text in names.items()
            if may_administer or scope is not Scope.ADMIN
        ]

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"])

    @property
    def lifetime_days(self) -> int | None:
        return int(self.cleaned_data["days"]) if self.cleaned_data["days"] else None
