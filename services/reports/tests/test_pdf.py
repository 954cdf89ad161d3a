"""The PDF: opens, says what the result says, carries it, and is the same every time."""

import hashlib
import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

from barline_reports.backtest_document import backtest_document
from barline_reports.document import Document
from barline_reports.formats import number, percent
from barline_reports.paper import print_job
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.renderer import Renderer
from barline_reports.rendering_process import RenderLimits
from barline_reports.schemas import read_backtest, read_forecast, read_model_card, read_scorecard

from .conftest import CHROMIUM
from .report_samples import Bars, backtest_answer, encoded, forecast_answer, waves
from .scorecard_samples import model_card, record, scorecard_answer


def backtest(bars: Bars, **changes: object) -> tuple[Document, bytes]:
    body = encoded(backtest_answer(bars) | changes)
    return backtest_document(read_backtest(body), body), body


def prediction(bars: Bars) -> tuple[Document, bytes]:
    full = encoded(forecast_answer(bars, include=("history",)))
    past = encoded(forecast_answer(bars, as_of=-31, include=("history", "actuals")))
    scorecard = read_scorecard(encoded(scorecard_answer(bars, record(), in_sample=2)))
    track = TrackRecord(read_forecast(past), "", scorecard, read_model_card(encoded(model_card())))
    document = prediction_document(read_forecast(full), track, encoded(forecast_answer(bars)))
    return document, encoded(forecast_answer(bars))


def printed(renderer: Renderer, document: Document, answer: bytes) -> bytes:
    pdf = renderer.render(print_job(document, identifier="0" * 64), answer)
    assert pdf.undrawn == ()
    return pdf.content


@pytest.fixture(scope="module")
def backtest_pdf(renderer: Renderer, msft: Bars) -> bytes:
    return printed(renderer, *backtest(msft))


@pytest.fixture(scope="module")
def reader(backtest_pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(backtest_pdf), strict=True)


def test_the_text_has_the_key_figures(reader: PdfReader, msft: Bars) -> None:
    text = "".join(page.extract_text() for page in reader.pages)
    answer = backtest_answer(msft)
    for part in ("metrics", "buy_and_hold"):
        for name in ("total_return", "cagr", "max_drawdown"):
            assert percent(answer[part][name]) in text
        assert number(answer[part]["sharpe"]) in text
    for page_number, page in enumerate(reader.pages, start=1):
        assert f"Page {page_number} of {len(reader.pages)}" in page.extract_text()


def test_the_attachment_is_the_answer_byte_for_byte(reader: PdfReader, msft: Bars) -> None:
    assert reader.attachments == {"backtest.json": [encoded(backtest_answer(msft))]}


def test_it_is_tagged_bookmarked_and_declares_pdf_ua(reader: PdfReader) -> None:
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    titles = [entry["/Title"] for entry in flat(reader.outline)]
    assert titles[0] == "Backtest of MSFT"
    assert {"Key figures", "Charts", "Drawdown", "Trades", "Certificate"} <= set(titles)


def test_every_chart_has_an_alternative_text(reader: PdfReader, msft: Bars) -> None:
    figures = list(structure(reader.root_object["/StructTreeRoot"], "/Figure"))
    document, _ = backtest(msft)
    assert [figure["/Alt"] for figure in figures] == [figure.alt for figure in document.figures]


def test_charts_are_vectors(reader: PdfReader) -> None:
    assert [image for page in reader.pages for image in page.images] == []
    strokes = sum(
        operator in {b"l", b"c"}
        for page in reader.pages
        for _, operator in ContentStream(page.get_contents(), reader).operations
    )
    assert strokes > 2000


def test_the_open_font_is_embedded(reader: PdfReader) -> None:
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", DictionaryObject()).values()
    ]
    assert {str(font["/BaseFont"]).partition("+")[2] for font in fonts} >= {
        "Inter",
        "Inter-Semi-Bold",
    }
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_two_processes_make_the_same_bytes(backtest_pdf: bytes, msft: Bars) -> None:
    other = Renderer(CHROMIUM, RenderLimits(drawing_s=60, report_s=120))
    try:
        again = printed(other, *backtest(msft))
    finally:
        other.close()
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(backtest_pdf).hexdigest()


def test_the_second_report_of_a_process_is_like_its_first(
    renderer: Renderer, backtest_pdf: bytes, msft: Bars
) -> None:
    printed(renderer, *prediction(msft))
    assert printed(renderer, *backtest(msft)) == backtest_pdf


def test_a_forecast_prints_with_its_steps_and_its_answer(renderer: Renderer, msft: Bars) -> None:
    document, answer = prediction(msft)
    reader = PdfReader(io.BytesIO(printed(renderer, document, answer)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "has not beaten the naive baseline" in text
    steps = next(table for table in document.tables if table.id == "steps")
    assert all(row[1] in text for row in steps.rows)
    assert reader.attachments == {"prediction.json": [answer]}


@pytest.mark.parametrize(
    ("bars", "windows"),
    [
        (waves(1), (2, 2)),
        (waves(150), (200, 200)),
        (waves(900, level=0.0003), (5, 20)),
        (waves(900, level=4e5), (5, 20)),
    ],
    ids=["one bar", "no trade", "cheap", "dear"],
)
def test_hard_cases_print(renderer: Renderer, bars: Bars, windows: tuple[int, int]) -> None:
    winbuy, winsell = windows
    body = encoded(backtest_answer(bars, winbuy=winbuy, winsell=winsell))
    pdf = printed(renderer, backtest_document(read_backtest(body), body), body)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "Key figures" in text
    assert "nan" not in text.lower().replace("finance", "")


def test_a_hostile_symbol_is_printed_as_text(renderer: Renderer, msft: Bars) -> None:
    name = "<img src=file:///etc/passwd>"
    reader = PdfReader(io.BytesIO(printed(renderer, *backtest(msft, symbol=name))))
    assert name in reader.pages[0].extract_text()


def test_the_font_has_its_licence_beside_it() -> None:
    fonts = Path(__file__).parents[1] / "barline_reports" / "assets" / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text()


def flat(outline: list[object]) -> list[DictionaryObject]:
    found: list[DictionaryObject] = []
    for entry in outline:
        found += flat(entry) if isinstance(entry, list) else [entry]  # type: ignore[list-item]  # a Destination
    return found


def structure(element: DictionaryObject, kind: str) -> list[DictionaryObject]:
    element = element.get_object()
    if not isinstance(element, DictionaryObject):
        return []
    found = [element] if element.get("/S") == kind else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found += structure(child, kind)
    return found
