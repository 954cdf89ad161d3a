"""Two reports of one kind beside each other: what was asked differently, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from barline_core.problems import FieldError, InvalidInput
from barline_gateway.reporting.numbers import UNKNOWN
from barline_gateway.reporting.report_document import Fact, Figure, KeyFigure, ReportDocument


@dataclass(frozen=True, slots=True)
class Row:
    """One figure or parameter of both; empty where a report has none."""

    label: str
    first: str
    second: str
    first_benchmark: str = ""
    second_benchmark: str = ""

    @property
    def differs(self) -> bool:
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class FigurePair:
    """The same chart of both, where both could be drawn."""

    title: str
    unit: str
    legend: str
    sides: tuple[tuple[str, Figure], tuple[str, Figure]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports; raises InvalidInput when there is nothing to set side by side."""

    first: ReportDocument
    second: ReportDocument

    def __post_init__(self) -> None:
        if self.first.kind != self.second.kind:
            advice = "Choose two backtests or two forecasts."
            raise InvalidInput(
                "A backtest and a forecast have no figure in common.",
                errors=(FieldError(advice, parameter="second"),),
            )

    @property
    def documents(self) -> list[tuple[str, ReportDocument]]:
        """Each with the name it is called by here."""
        return [("A", self.first), ("B", self.second)]

    @property
    def parameters(self) -> list[Row]:
        """Only those that differ."""
        rows = paired_facts(self.first.parameters, self.second.parameters)
        return [row for row in rows if row.differs]

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The key figures under their headings, in the order of the first report."""
        others = {figure.id: figure for figure in self.second.key_figures}
        by_group = groupby(self.first.key_figures, key=lambda figure: figure.group)
        return [
            (group, [paired(figure, others.get(figure.id)) for figure in figures])
            for group, figures in by_group
        ]

    @property
    def figures(self) -> list[FigurePair]:
        others = {figure.id: figure for figure in self.second.figures}
        return [
            FigurePair(one.title, one.unit, one.legend, (("A", one), ("B", others[one.id])))
            for one in self.first.figures
            if one.id in others
        ]


def paired_facts(first: Sequence[Fact], second: Sequence[Fact]) -> Iterator[Row]:
    ours, theirs = ({fact.label: fact.value for fact in facts} for facts in (first, second))
    for label in dict.fromkeys([*ours, *theirs]):
        yield Row(label, ours.get(label, UNKNOWN), theirs.get(label, UNKNOWN))


def paired(ours: KeyFigure, theirs: KeyFigure | None) -> Row:
    if theirs is None:
        return Row(ours.label, ours.value, UNKNOWN, ours.benchmark)
    return Row(ours.label, ours.value, theirs.value, ours.benchmark, theirs.benchmark)
