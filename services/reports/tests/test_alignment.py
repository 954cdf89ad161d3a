"""Decimal points stand in one line, whatever follows them."""

import pytest

from barline_reports.alignment import aligned


@pytest.mark.parametrize(
    ("cells", "unseen"),
    [
        (["+1.20%", "3.45", "12", "n/a", "2000-01-03"], ["", "%", ".00%", "", ""]),
        (["5%", "1.25%", "\u22121,234.5"], [".00", "", "0%"]),
        (["0.0003123", "+1.00%"], ["%", "00000"]),
        (["1", "22"], ["", ""]),
        ([], []),
    ],
)
def test_shorter_tails_are_filled_up_unseen(cells: list[str], unseen: list[str]) -> None:
    for cell, given, hidden in zip(cells, aligned(cells), unseen, strict=True):
        wanted = f'{cell}<span class="unseen" aria-hidden="true">{hidden}</span>'
        assert given == (wanted if hidden else cell)


def test_a_cell_brings_no_markup_along() -> None:
    assert aligned(["<b>", "1.0"]) == ["&lt;b&gt;", "1.0"]
