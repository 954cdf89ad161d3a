"""How far below its last peak the investment stood, with the five worst falls numbered."""

import numpy as np

from barline_reports import palette
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Column, Figure, Table
from barline_reports.figures.canvas import HEIGHT, Trace, date_axis, line, percent_axis, spec
from barline_reports.formats import count, percent
from barline_reports.returns import Spell, drawdowns, worst_spells

WORST = 5
NOT_YET = "not yet"
LEGEND = (
    "Solid line with shading: strategy. Dashed line: buy and hold. Numbers: the worst falls, as in the table; "
    "+ stands for further ones nearby."
)


def five_worst(result: BacktestResult) -> list[Spell]:
    return worst_spells(np.asarray(result.equity_curve.drawdown), WORST)


def drawdown_figure(result: BacktestResult, source: str) -> Figure:
    curve = result.equity_curve
    spells = five_worst(result)
    held = drawdowns(np.asarray(curve.buy_and_hold), result.initial_investment).tolist()
    own = line(curve.date, curve.drawdown, "Strategy", palette.LOSS, hover=".2%", rank=1)
    own |= {"fill": "tozeroy", "fillcolor": palette.LOSS_AREA}
    benchmark = line(curve.date, held, "Buy and hold", palette.BENCHMARK, dash="dash", hover=".2%")
    deepest = min(*curve.drawdown, *held)
    floor = min(deepest * 1.15, -0.01)  # room below the deepest trough for its number
    depth = (
        f"The deepest fall is {percent(spells[0].depth)}."
        if spells
        else "It never fell below its peak."
    )
    return Figure(
        id="drawdown",
        title="Drawdown",
        unit="Percent below the highest value so far",
        legend=LEGEND,
        source=source,
        alt=f"Area chart of the strategy's drawdown beside buy and hold. {depth}",
        height=HEIGHT,
        spec=spec(
            [benchmark, own, *numbers(result, spells)],
            height=HEIGHT,
            x=date_axis(curve.date),
            y=percent_axis(
                "Drawdown",
                range=[floor, -floor * 0.04],
                tickformat=".0%" if floor < -0.04 else ".1%",
            ),
        ),
    )


def numbers(result: BacktestResult, spells: list[Spell]) -> list[Trace]:
    """A numbered badge at each trough; troughs too near for two badges share the one of the deepest."""
    badges = shared_badges(spells, nearest=len(result.equity_curve.date) // 30)
    if not badges:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [result.equity_curve.date[spell.trough] for spell, _ in badges],
            "y": [spell.depth for spell, _ in badges],
            "text": [text for _, text in badges],
            "textposition": "middle center",
            "textfont": {"color": palette.SURFACE, "size": 10},
            "marker": {
                "color": palette.LOSS,
                "size": 16,
                "opacity": 1,
                "line": {"color": palette.SURFACE, "width": 1},
            },
            "cliponaxis": False,
            "showlegend": False,
            "hoverinfo": "skip",
        }
    ]


def shared_badges(spells: list[Spell], *, nearest: int) -> list[tuple[Spell, str]]:
    """`1`, or `2+` for several; the table below tells which they are."""
    kept: list[tuple[Spell, str]] = []
    for rank, spell in enumerate(spells, start=1):
        near = [
            i for i, (other, _) in enumerate(kept) if abs(other.trough - spell.trough) < nearest
        ]
        if near:
            deepest, text = kept[near[0]]
            kept[near[0]] = (deepest, text.rstrip("+") + "+")
        else:
            kept.append((spell, str(rank)))
    return kept


def drawdown_table(result: BacktestResult) -> Table:
    dates = result.equity_curve.date
    rows = tuple(
        (
            str(rank),
            percent(spell.depth),
            dates[spell.peak] if spell.peak >= 0 else "start",
            dates[spell.trough],
            NOT_YET if spell.recovery is None else dates[spell.recovery],
            count(spell.sessions),
        )
        for rank, spell in enumerate(five_worst(result), start=1)
    )
    open_spell = any(row[4] == NOT_YET for row in rows)
    note = (
        "Not yet: still below its peak at the last bar, up to which its sessions count."
        if open_spell
        else ""
    )
    return Table(
        id="drawdowns",
        title="Worst drawdowns of the strategy",
        columns=(
            Column("No."),
            Column("Depth"),
            Column("Peak", "text"),
            Column("Trough", "text"),
            Column("Recovered", "text"),
            Column("Sessions below"),
        ),
        rows=rows,
        note=note if rows else "The strategy never fell below its highest value.",
    )
