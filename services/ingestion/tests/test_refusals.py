"""The key is taken out of every text that is kept."""

import pytest

from barline_ingestion.refusals import LONGEST_TEXT, redacted


@pytest.mark.parametrize(
    "text",
    [
        "We have detected your API key as S3CR3T+KEY/9 and our limit",
        "we have detected your api key as s3cr3t+key/9 and our limit",
        "GET /query?function=X&apikey=S3CR3T%2BKEY%2F9&symbol=IBM",
        "GET /query?apikey=S3CR3T+KEY/9",
        "echo 'S3CR3T+KEY/9'",
    ],
)
def test_the_key_is_gone_in_every_form(text: str) -> None:
    cleaned = redacted(text, "S3CR3T+KEY/9").casefold()
    assert "s3cr3t" not in cleaned
    assert "[key]" in cleaned


def test_another_key_named_as_one_is_gone_too() -> None:
    assert redacted("your API key as OTHERKEY123 and", "MINE") == "your API key as [key] and"
    assert redacted("?apikey=OTHERKEY123&x=1", "MINE") == "?apikey=[key]&x=1"


def test_a_long_text_is_cut() -> None:
    assert len(redacted("x" * 10_000, "key")) == LONGEST_TEXT


def test_without_a_key_the_text_stays() -> None:
    assert redacted("nothing to hide", "") == "nothing to hide"
