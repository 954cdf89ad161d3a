"""Hard cases on paper: nothing leaves the page, no words lie on each other, and Poppler finds the structure."""

import re
import subprocess
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from barline_reports.backtest_document import backtest_document
from barline_reports.comparison_document import comparison_document
from barline_reports.document import Document
from barline_reports.paper import print_job
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.renderer import Renderer
from barline_reports.schemas import (
    read_backtest,
    read_forecast,
    read_model_card,
    read_scorecard,
    read_sensitivity,
)
from barline_reports.sensitivity import Sensitivity

from .report_samples import (
    Json,
    backtest_answer,
    encoded,
    forecast_answer,
    microsoft,
    sensitivity_answer,
    waves,
)
from .scorecard_samples import model_card, record, scorecard_answer

PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)
LONG_NAME = "WWWWWWWWWWWWWWWWWWWW"  # twenty of the widest letter


class Word(NamedTuple):
    """A word's box on its page, in points."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def varied(answer: Json) -> Document:
    body = encoded(answer)
    card = Sensitivity(read_sensitivity(encoded(sensitivity_answer())))
    return backtest_document(read_backtest(body), body, card)


def five_thousand_trades() -> Json:
    answer = backtest_answer(waves(15_100, jitter=0.05), winbuy=2, winsell=2)
    assert len(answer["trades"]) > 5000
    return answer


def compared() -> Document:
    runs = (
        backtest_answer(microsoft(), symbol=LONG_NAME),
        backtest_answer(waves(900, level=4e5), symbol=LONG_NAME, winbuy=5, winsell=20),
    )
    return comparison_document(*(read_backtest(encoded(run)) for run in runs), b"{}")


def forecast() -> Document:
    bars = microsoft()
    answer = encoded(forecast_answer(bars, include=("history",)))
    past = encoded(forecast_answer(bars, as_of=-31, include=("history", "actuals")))
    scorecard = read_scorecard(encoded(scorecard_answer(bars, record(), in_sample=2)))
    card = read_model_card(encoded(model_card()))
    track = TrackRecord(read_forecast(past), "", scorecard, card)
    return prediction_document(read_forecast(answer), track, answer)


CASES: dict[str, Callable[[], Document]] = {
    "real bars": lambda: varied(backtest_answer(microsoft())),
    "no trade": lambda: varied(backtest_answer(waves(150), winbuy=200, winsell=200)),
    "one bar": lambda: varied(backtest_answer(waves(1), winbuy=2, winsell=2)),
    "sixty years": lambda: varied(backtest_answer(waves(15_100))),
    "five thousand trades": lambda: varied(five_thousand_trades()),
    "long name": lambda: varied(backtest_answer(microsoft(), symbol=LONG_NAME)),
    "dear": lambda: varied(backtest_answer(waves(900, level=4e5), winbuy=5, winsell=20)),
    "cheap": lambda: varied(backtest_answer(waves(900, level=3e-4), winbuy=5, winsell=20)),
    "large sums": lambda: varied(
        backtest_answer(waves(900, level=4e5), winbuy=5, winsell=20, initial=1e12)
    ),
    "comparison": compared,
    "forecast": forecast,
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_or_overflows(renderer: Renderer, case: str, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(renderer.render(print_job(CASES[case](), identifier="test"), b"{}").content)
    pages = PAGE.findall(run("pdftotext", "-bbox", str(pdf), "-"))
    assert pages
    for width, height, content in pages:
        words = [read(word) for word in WORD.findall(content)]
        outside = [w for w in words if not inside(w, float(width), float(height))]
        assert outside == []
        assert [pair for pair in combinations(words, 2) if overlap(*pair)] == []


def test_the_structure_reads_like_the_report(renderer: Renderer, tmp_path: Path) -> None:
    """PDF/UA asks for headings that skip no level, a description of each chart and header cells in every table."""
    pdf = tmp_path / "report.pdf"
    document = CASES["real bars"]()
    pdf.write_bytes(renderer.render(print_job(document, identifier="test"), b"{}").content)
    structure = run("pdfinfo", "-struct", str(pdf))
    assert "Tagged:          yes" in run("pdfinfo", str(pdf))
    elements = [
        line.strip().split()[0].rstrip(":") for line in structure.splitlines() if line.strip()
    ]
    levels = [int(name[1]) for name in elements if re.fullmatch(r"H[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert elements.count("Figure") == len(document.drawable)
    assert (
        elements.count("Table") >= 3 + 3
    )  # key figures, two lists of facts, three tables; more where a page ends
    assert elements.count("TH") > elements.count("Table")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read(word: tuple[str, ...]) -> Word:
    *box, text = word
    left, top, right, bottom = map(float, box)
    return Word(left, top, right, bottom, text)


def inside(word: Word, width: float, height: float) -> bool:
    return 0 <= word.left <= word.right <= width and 0 <= word.top <= word.bottom <= height


def overlap(a: Word, b: Word) -> bool:
    """Boxes are as high as the font's line, not as its letters: neighbours may touch by a third of it."""
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    lower = min(a.bottom - a.top, b.bottom - b.top)
    return across > 0.5 and down > 0.4 * lower
