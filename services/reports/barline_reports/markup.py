"""The document as HTML, the same for the page and for paper but for the way a chart is put in.

Every text goes through `Markup.format`, which escapes it: a company name cannot bring markup along.
"""

from collections.abc import Callable, Iterable
from itertools import groupby

from markupsafe import Markup

from barline_reports.alignment import aligned
from barline_reports.document import Document, Fact, Figure, Finding, KeyFigure, Table

KINDS = {
    "backtest": "Backtest report",
    "prediction": "Prediction report",
    "comparison": "Comparison of two backtests",
}
SEVERITY_WORDS = {"info": "Note", "warning": "Caution", "critical": "Warning"}
PARAMETERS_TITLE = {
    "backtest": "Parameters",
    "prediction": "Model card",
    "comparison": "Parameters they share",
}

LONGEST_LARGE_VALUE = 12  # characters

Picture = Callable[[Figure], Markup]


def body(document: Document, picture: Picture) -> Markup:
    """The whole report inside `<main>`; `picture` puts in a chart that has a spec."""
    middle = (key_figures(document), charts(document, picture))
    parts = (
        masthead(document),
        headline(document),
        findings(document.findings),
        # A forecast is a picture first; a backtest is its figures first.
        *(reversed(middle) if document.kind == "prediction" else middle),
        *(table_section(table) for table in document.tables),
        facts(PARAMETERS_TITLE[document.kind], "parameters", document.parameters),
        facts("Certificate", "certificate", document.certificate),
    )
    return Markup("<main>\n{}</main>\n").format(joined(parts))


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def masthead(document: Document) -> Markup:
    return Markup(
        '<header class="masthead"><p class="eyebrow">{}</p>'
        '<h1>{}</h1><p class="subtitle">{}</p><p class="identity">{}</p></header>\n'
        '<section class="summary">{}</section>\n'
    ).format(
        KINDS[document.kind],
        document.title,
        document.subtitle,
        document.identity,
        joined(Markup("<p>{}</p>").format(sentence) for sentence in document.summary),
    )


def headline(document: Document) -> Markup:
    cards = joined(
        Markup(
            '<div class="card"><p class="card-label">{}</p><p class="card-value{}">{}</p>{}</div>'
        ).format(figure.label, size_of(figure.value), figure.value, beside(document, figure))
        for figure in document.key_figures
        if figure.headline
    )
    return Markup('<div class="cards">{}</div>\n').format(cards)


def size_of(value: str) -> str:
    """A long value, such as an interval of large prices, is set smaller, so that it stays in its card."""
    return " long" if len(value) > LONGEST_LARGE_VALUE else ""


def beside(document: Document, figure: KeyFigure) -> Markup:
    if not figure.benchmark:
        return Markup("")
    return Markup('<p class="card-benchmark">{}: {}</p>').format(
        document.benchmark_label, figure.benchmark
    )


def findings(found: tuple[Finding, ...]) -> Markup:
    if not found:
        return Markup("")
    items = joined(
        Markup('<li class="finding {}"><strong>{}</strong> {}</li>').format(
            one.severity, SEVERITY_WORDS[one.severity], one.message
        )
        for one in found
    )
    return Markup(
        '<section class="findings" id="findings"><h2>Findings</h2><ul>{}</ul></section>\n'
    ).format(items)


def key_figures(document: Document) -> Markup:
    values = aligned([figure.value for figure in document.key_figures])
    benchmarks = aligned([figure.benchmark for figure in document.key_figures])
    lines = zip(document.key_figures, values, benchmarks, strict=True)
    groups = joined(
        Markup(
            '<tbody><tr class="group"><th scope="rowgroup" colspan="3">{}</th></tr>{}</tbody>'
        ).format(group, joined(key_row(*line) for line in group_lines))
        for group, group_lines in groupby(lines, key=lambda line: line[0].group)
    )
    return Markup(
        '<section id="key-figures"><h2>Key figures</h2>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Key figures"><table class="key-figures"><thead><tr>'
        '<th scope="col">Figure</th><th scope="col" class="number">{}</th><th scope="col" class="number">{}</th>'
        "</tr></thead>{}</table></div></section>\n"
    ).format(document.value_label, document.benchmark_label, groups)


def key_row(figure: KeyFigure, value: Markup, benchmark: Markup) -> Markup:
    return Markup(
        '<tr><th scope="row">{}</th><td class="number">{}</td><td class="number">{}</td></tr>'
    ).format(figure.label, value, benchmark)


def charts(document: Document, picture: Picture) -> Markup:
    drawn = joined(chart(figure, picture) for figure in document.figures)
    return Markup('<section id="charts" class="charts"><h2>Charts</h2>\n{}</section>\n').format(
        drawn
    )


def chart(figure: Figure, picture: Picture) -> Markup:
    inside = Markup('<p class="missing">{}</p>').format(figure.missing)
    caption = Markup("")
    if figure.spec is not None:
        inside = picture(figure)
        caption = Markup(
            '<figcaption>{} <span class="source">Source: {}.</span></figcaption>'
        ).format(figure.legend, figure.source)
    return Markup(
        '<figure class="chart" id="{}"><h3>{}</h3><p class="unit">{}</p>{}{}</figure>\n'
    ).format(figure.id, figure.title, figure.unit, inside, caption)


def table_section(table: Table) -> Markup:
    head = joined(
        Markup('<th scope="col" class="{}">{}</th>').format(column.align, column.label)
        for column in table.columns
    )
    note = Markup('<p class="note">{}</p>').format(table.note) if table.note else Markup("")
    grid = Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table class="grid"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(table.title, head, joined(table_rows(table)))
    return Markup('<section id="{}"><h2>{}</h2>{}{}</section>\n').format(
        table.id, table.title, note, grid if table.rows else Markup("")
    )


def table_rows(table: Table) -> Iterable[Markup]:
    columns = [
        aligned(cells) if column.align == "number" else [Markup.escape(cell) for cell in cells]
        for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=False)
    ]
    aligns = [column.align for column in table.columns]
    for row in zip(*columns, strict=True):
        cells = zip(aligns, row, strict=True)
        yield Markup("<tr>{}</tr>\n").format(
            joined(Markup('<td class="{}">{}</td>').format(*cell) for cell in cells)
        )


def facts(title: str, id_: str, lines: tuple[Fact, ...]) -> Markup:
    rows = joined(
        Markup('<tr><th scope="row">{}</th><td class="fact">{}</td></tr>').format(
            fact.label, fact.value
        )
        for fact in lines
    )
    return Markup(
        '<section id="{}"><h2>{}</h2><table class="facts"><tbody>{}</tbody></table></section>\n'
    ).format(id_, title, rows)
