"""What a sweep tries, and how a walk-forward chooses."""

from collections.abc import Mapping, Sequence

from django import forms

from barline_gateway.registry.tickers import ADVICE, is_ticker
from barline_gateway.reporting.forms.backtest import LONGEST_WINDOW, window_field
from barline_gateway.reporting.forms.fields import unregistered
from barline_gateway.reporting.forms.run_choices import OneSymbolForm, RunForm

LARGEST_GRID = 250_000
MOST_SYMBOLS = 5_000
RANGE = ("winbuy_start", "winbuy_stop", "winbuy_step", "winsell_start", "winsell_stop")
GRID = (*RANGE, "winsell_step")
MODES = (
    ("rolling", "Rolling: always the sessions just before"),
    ("anchored", "Anchored: all so far"),
)
OBJECTIVES = (
    ("sharpe", "Sharpe ratio"),
    ("cagr", "Return a year (CAGR)"),
    ("total_return", "Total return"),
    ("max_drawdown", "Maximum drawdown"),
)


def step_field(label: str, initial: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=LONGEST_WINDOW, initial=initial, label=label)


class GridForm(RunForm):
    """Two ranges of windows. Here the last window counts; the routes take the one after it."""

    winbuy_start = window_field("From", 10, "")
    winbuy_stop = window_field("To", 200, "")
    winbuy_step = step_field("Every", 10)
    winsell_start = window_field("From", 10, "")
    winsell_stop = window_field("To", 200, "")
    winsell_step = step_field("Every", 10)

    def clean(self) -> dict[str, object]:
        super().clean()
        for side in ("winbuy", "winsell"):
            start, stop = (self.cleaned_data.get(f"{side}_{end}") for end in ("start", "stop"))
            if start is not None and stop is not None and stop < start:
                self.add_error(f"{side}_stop", "The last window is shorter than the first.")
        if not self.errors and self.cells > LARGEST_GRID:
            advice = f"{self.cells:,} cells are more than {LARGEST_GRID:,}: choose a larger step."
            self.add_error("winsell_step", advice)
        return self.cleaned_data

    def windows(self, side: str) -> range:
        start, stop, step = (
            self.cleaned_data[f"{side}_{name}"] for name in ("start", "stop", "step")
        )
        return range(start, stop + 1, step)

    @property
    def cells(self) -> int:
        return len(self.windows("winbuy")) * len(self.windows("winsell"))

    def grid(self) -> dict[str, object]:
        """The two ranges as the body of a request wants them."""
        ranges = {side: self.windows(side) for side in ("winbuy", "winsell")}
        return {
            side: {"start": one.start, "stop": one.stop, "step": one.step}
            for side, one in ranges.items()
        }

    @property
    def windows_in_words(self) -> str:
        """`buy 10 to 200 every 10, sell 10 to 200 every 10`."""
        sides = {"buy": self.windows("winbuy"), "sell": self.windows("winsell")}
        return ", ".join(
            f"{name} {one.start} to {one[-1]} every {one.step}" for name, one in sides.items()
        )

    @property
    def ranges(self) -> list[list[forms.BoundField]]:
        """The fields of each range, to stand in one line."""
        return [
            [self[f"{side}_{name}"] for name in ("start", "stop", "step")]
            for side in ("winbuy", "winsell")
        ]


class SweepForm(GridForm):
    """`POST /back_test/sweeps`."""

    BASIC = ("symbols", *GRID)

    symbols = forms.CharField(
        label="Symbols",
        help_text="One, or several with spaces between: each is swept by itself.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(
        self, data: Mapping[str, object] | None, *, tickers: Sequence[str], run: bool
    ) -> None:
        super().__init__({"symbols": tickers[0] if tickers else ""} | dict(data or {}), run=run)

    def clean_symbols(self) -> tuple[str, ...]:
        words = self.cleaned_data["symbols"].replace(",", " ").upper().split()
        symbols = tuple(dict.fromkeys(words))
        wrong = [one for one in symbols if not is_ticker(one)]
        if wrong or not symbols:
            raise forms.ValidationError(f"{(wrong or [''])[0]} is no symbol. {ADVICE}".strip())
        if len(symbols) > MOST_SYMBOLS:
            raise forms.ValidationError(f"At most {MOST_SYMBOLS:,} symbols at once.")
        missing = unregistered(symbols)
        if missing:
            named = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
            raise forms.ValidationError(
                f"Not registered here: {named}. Add it on the page Symbols."
            )
        return symbols

    def query(self) -> dict[str, str]:
        return super().query() | {"symbols": " ".join(self.cleaned_data["symbols"])}

    def body(self) -> dict[str, object]:
        return {"symbols": [*self.cleaned_data["symbols"]], **self.grid(), **self.choices()}

    @property
    def title(self) -> str:
        symbols = self.cleaned_data["symbols"]
        return f"Sweep of {symbols[0] if len(symbols) == 1 else f'{len(symbols):,} symbols'}"


class WalkForwardForm(OneSymbolForm, GridForm):
    """`POST /back_test/walk_forwards`."""

    BASIC = ("symbol", *GRID, "in_sample_sessions", "out_of_sample_sessions", "objective", "mode")
    PLAN = ("in_sample_sessions", "out_of_sample_sessions", "objective", "mode")

    in_sample_sessions = forms.IntegerField(
        min_value=20,
        max_value=20_000,
        initial=756,
        label="Choose on",
        help_text="Sessions: 756 are three years.",
    )
    out_of_sample_sessions = forms.IntegerField(
        min_value=5,
        max_value=20_000,
        initial=252,
        label="Then trade for",
        help_text="Sessions: 252 are a year.",
    )
    objective = forms.ChoiceField(choices=OBJECTIVES, initial="sharpe", label="Best by")
    mode = forms.ChoiceField(choices=MODES, initial="rolling", label="Sessions to choose on")

    def body(self) -> dict[str, object]:
        plan = {name: self.cleaned_data[name] for name in ("symbol", *self.PLAN)}
        return {**plan, **self.grid(), **self.choices()}

    @property
    def plan(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PLAN]

    @property
    def title(self) -> str:
        return f"Walk-forward of {self.cleaned_data['symbol']}"
