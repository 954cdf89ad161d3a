"""Every kind of answer Alpha Vantage has been seen to give, and some nobody has seen, is classified
by content.
"""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barline_ingestion.answers import Asked, Function, Reply, classify
from barline_ingestion.bar_payload import Bars
from barline_ingestion.event_payload import Actions, Matches
from barline_ingestion.refusals import RefusalKind, Refused

KEY = "ABCD1234EFGH5678"
SITE = "https://www.alphavantage.co"
PLANS = f"You may subscribe to any of the premium plans at {SITE}/premium/"
DAILY = Asked(Function.DAILY, "IBM", "compact")
ADJUSTED = Asked(Function.DAILY_ADJUSTED, "IBM", "full")


def answer(body: object, *, asked: Asked = DAILY, status: int = 200) -> object:
    raw = body if isinstance(body, bytes) else json.dumps(body, indent=4).encode()
    return classify(asked, Reply(status, "", raw), key=KEY)


def refused(body: object, *, asked: Asked = DAILY, status: int = 200) -> Refused:
    found = answer(body, asked=asked, status=status)
    assert isinstance(found, Refused)
    return found


def daily(days: dict[str, tuple[str, ...]], **meta: str) -> dict[str, object]:
    names = ("1. open", "2. high", "3. low", "4. close", "5. volume")
    about = {"1. Information": "Daily Prices", "2. Symbol": "IBM", "3. Last Refreshed": max(days)}
    return {
        "Meta Data": about | meta,
        "Time Series (Daily)": {
            day: dict(zip(names, values, strict=True)) for day, values in days.items()
        },
    }


TWO_DAYS = {
    "2024-06-18": ("170.0000", "170.7500", "168.3800", "170.5500", "3386442"),
    "2024-06-17": ("168.7600", "169.7200", "167.5000", "169.5000", "3239815"),
}


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        (
            (
                "Thank you for using Alpha Vantage! Please consider spreading out your free API "
                f"requests more sparingly (1 request per second). {PLANS} to lift the free key rate "
                "limit (25 requests per day), raise the per-second burst limit, and instantly unlock "
                "all premium endpoints"
            ),
            RefusalKind.BURST,
        ),
        (
            (
                "Thank you for using Alpha Vantage! Please consider spreading out your free API "
                f"requests more sparingly. {PLANS} to lift the free key rate limit (25 requests per "
                "day) and instantly unlock all premium endpoints"
            ),
            RefusalKind.BURST,
        ),
        (
            "Our standard API call frequency is 5 calls per minute and 500 calls per day.",
            RefusalKind.BURST,
        ),
        ("Burst pattern detected. Please contact us for a higher limit.", RefusalKind.BURST),
        ("Please contact us to target a higher API call volume.", RefusalKind.BURST),
        (
            (
                f"We have detected your API key as {KEY} and our standard API rate limit is 25 "
                "requests per day. Please subscribe to any of the premium plans to remove all daily "
                "rate limits."
            ),
            RefusalKind.DAILY_QUOTA,
        ),
        ("You have reached the 100 requests/day limit for your key.", RefusalKind.DAILY_QUOTA),
        ("Our standard API rate limit is 25 requests per day.", RefusalKind.DAILY_QUOTA),
        (
            f"This is a premium endpoint. {PLANS} to instantly unlock all premium endpoints",
            RefusalKind.PREMIUM,
        ),
        (
            (
                "This is a premium endpoint and there are multiple ways to unlock premium endpoints: "
                "(1) become a holder of a coin"
            ),
            RefusalKind.PREMIUM,
        ),
        (
            (
                "The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY "
                f"endpoint. {PLANS} to instantly unlock all premium features"
            ),
            RefusalKind.PREMIUM_SIZE,
        ),
        ("The **demo** API key is for demo purposes only.", RefusalKind.DEMO_KEY),
        ("The weather in the data centre is fine today.", RefusalKind.UNRECOGNISED),
    ],
)
@pytest.mark.parametrize("member", ["Information", "Note"])
def test_a_sentence_is_told_by_its_words(sentence: str, kind: RefusalKind, member: str) -> None:
    found = refused({member: sentence})
    assert found.kind is kind
    assert KEY not in found.text


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        (
            (
                f"Invalid API call. Please retry or visit the documentation ({SITE}/documentation/) "
                "for TIME_SERIES_DAILY."
            ),
            RefusalKind.UNKNOWN_SYMBOL,
        ),
        ("the parameter apikey is invalid or missing. Please claim", RefusalKind.BAD_KEY),
        ("This API function () does not exist.", RefusalKind.BAD_CALL),
        ("An error nobody has described yet.", RefusalKind.UNRECOGNISED),
    ],
)
def test_an_error_message_is_told_by_its_words(sentence: str, kind: RefusalKind) -> None:
    assert refused({"Error Message": sentence}).kind is kind


def test_an_error_in_json_where_csv_was_asked_is_the_same_error() -> None:
    body = json.dumps({"Error Message": "Invalid API call. Please retry."}).encode()
    found = classify(DAILY, Reply(200, "application/x-download", body), key=KEY)
    assert isinstance(found, Refused)
    assert found.kind is RefusalKind.UNKNOWN_SYMBOL


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({}, 200, RefusalKind.NO_DATA),
        (b"", 200, RefusalKind.NO_DATA),
        ({"Global Quote": {}}, 200, RefusalKind.NO_DATA),
        ({"bestMatches": []}, 200, RefusalKind.NO_DATA),
        ({"Meta Data": {"2. Symbol": "IBM"}, "Time Series (Daily)": {}}, 200, RefusalKind.NO_DATA),
        (
            {"endpoint": "Bulk", "message": "THE SAMPLE DATA IS ARTIFICIAL", "data": [{"a": "1"}]},
            200,
            RefusalKind.SAMPLE_ROWS,
        ),
        (b'{"Meta Data": {"2. Symbol": "IBM"}, "Time Se', 200, RefusalKind.MALFORMED),
        (b"[1, 2]", 200, RefusalKind.MALFORMED),
        (b"<!DOCTYPE html><html></html>", 200, RefusalKind.HTML),
        (b"\n\n <html></html>", 200, RefusalKind.HTML),
        (b"<!DOCTYPE html><html></html>", 503, RefusalKind.SERVER_ERROR),
        (b"bad gateway", 502, RefusalKind.SERVER_ERROR),
        (b"", 302, RefusalKind.REDIRECT),
        (b"slow down", 429, RefusalKind.BURST),
        ({"detail": "Could not satisfy the request Accept header."}, 406, RefusalKind.UNRECOGNISED),
        ({"Realtime Currency Exchange Rate": {"1.": "x"}}, 200, RefusalKind.UNRECOGNISED),
        (b"no idea what this is", 200, RefusalKind.UNRECOGNISED),
        (b"\xff\xfe\x00", 200, RefusalKind.MALFORMED),
    ],
)
def test_an_answer_without_data_is_told_apart(body: object, status: int, kind: RefusalKind) -> None:
    assert refused(body, status=status).kind is kind


def test_daily_bars_come_oldest_first_as_numbers() -> None:
    found = answer(daily(TWO_DAYS))
    assert isinstance(found, Bars)
    assert found.date.tolist() == sorted(found.date.tolist())
    assert found.close.tolist() == [169.5, 170.55]
    assert found.volume.tolist() == [3239815, 3386442]
    assert found.adjusted_close is None
    assert found.unfinished is None


def test_a_byte_order_mark_does_no_harm() -> None:
    body = b"\xef\xbb\xbf" + json.dumps(daily(TWO_DAYS)).encode()
    assert isinstance(answer(body), Bars)


def test_adjusted_bars_have_their_actions() -> None:
    names = (
        "1. open",
        "2. high",
        "3. low",
        "4. close",
        "5. adjusted close",
        "6. volume",
        "7. dividend amount",
        "8. split coefficient",
    )
    day = ("163.27", "166.34", "162.92", "164.71", "157.4613", "5292290", "1.6500", "1.046")
    body = {
        "Meta Data": {"2. Symbol": "IBM", "3. Last Refreshed": "2023-12-12"},
        "Time Series (Daily)": {"2023-12-12": dict(zip(names, day, strict=True))},
    }
    found = answer(body, asked=ADJUSTED)
    assert isinstance(found, Bars)
    assert found.adjusted_close is not None
    assert found.dividend is not None
    assert found.split is not None
    assert (found.adjusted_close[0], found.dividend[0], found.split[0]) == (157.4613, 1.65, 1.046)


def test_csv_is_read_with_either_line_end_and_with_adjustments() -> None:
    plain = (
        b"timestamp,open,high,low,close,volume\r\n2024-06-18,170.0,170.75,168.38,170.55,3386442\r\n"
    )
    for body in (plain, plain.replace(b"\r\n", b"\n")):
        found = answer(body)
        assert isinstance(found, Bars)
        assert found.close.tolist() == [170.55]
    adjusted = (
        b"timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n"
        b"2021-07-09,141.45,141.98,140.841,141.52,141.52,3904059,0.0000,1.0\r\n"
    )
    found = answer(adjusted, asked=ADJUSTED)
    assert isinstance(found, Bars)
    assert found.split is not None


def test_a_cut_off_csv_is_malformed() -> None:
    body = b"timestamp,open,high,low,close,volume\r\n2024-06-18,170.0,170.75,168.38,170"
    assert refused(body).kind is RefusalKind.MALFORMED


def test_a_session_that_came_twice_is_kept_once_and_named() -> None:
    body = json.dumps(daily(TWO_DAYS))
    later = '"2024-06-17": {"1. open": "1", "2. high": "1", "3. low": "1", "4. close": "1", "5. volume": "1"}'
    twice = body[:-2] + f", {later}" + body[-2:]
    found = answer(twice.encode())
    assert isinstance(found, Bars)
    assert [str(day) for day in found.duplicates] == ["2024-06-17"]
    assert found.close.tolist() == [169.5, 170.55]


@pytest.mark.parametrize(
    ("last_refreshed", "unfinished"),
    [
        ("2024-06-18 15:32:10", "2024-06-18"),
        ("2024-06-18 16:00:01", None),
        ("2024-06-18", None),
    ],
)
def test_a_time_of_day_before_the_close_marks_the_session_as_unfinished(
    last_refreshed: str, unfinished: str | None
) -> None:
    found = answer(daily(TWO_DAYS, **{"3. Last Refreshed": last_refreshed}))
    assert isinstance(found, Bars)
    assert (None if found.unfinished is None else str(found.unfinished)) == unfinished


@pytest.mark.parametrize("broken", ["", "None", "nan", "inf", "1,5", "-", "1e999"])
def test_a_value_that_is_no_finite_number_refuses_the_whole_answer(broken: str) -> None:
    days = TWO_DAYS | {"2024-06-14": ("1.0", broken, "1.0", "1.0", "5")}
    assert refused(daily(days)).kind is RefusalKind.MALFORMED


def test_a_volume_that_is_no_number_of_shares_refuses_the_whole_answer() -> None:
    """As a whole number it would not fit, and would be stored as another one."""
    days = TWO_DAYS | {"2024-06-14": ("1.0", "1.0", "1.0", "1.0", "1e19")}
    assert refused(daily(days)).kind is RefusalKind.MALFORMED


@pytest.mark.parametrize("day", ["2024-13-01", "2024-02-30", "yesterday", "2024-6-1", ""])
def test_a_date_that_is_none_refuses_the_whole_answer(day: str) -> None:
    assert refused(daily(TWO_DAYS | {day: ("1", "1", "1", "1", "5")})).kind is RefusalKind.MALFORMED


def test_a_missing_column_refuses_the_whole_answer() -> None:
    body = {
        "Meta Data": {"2. Symbol": "IBM"},
        "Time Series (Daily)": {"2024-06-18": {"1. open": "1", "2. high": "1"}},
    }
    assert refused(body).kind is RefusalKind.MALFORMED


def test_bars_of_another_symbol_are_refused_but_a_dash_for_a_dot_is_not_another() -> None:
    assert refused(daily(TWO_DAYS, **{"2. Symbol": "MSFT"})).kind is RefusalKind.WRONG_SYMBOL
    shares = daily(TWO_DAYS, **{"2. Symbol": "BRK-B"})
    assert isinstance(answer(shares, asked=Asked(Function.DAILY, "BRK.B", "compact")), Bars)


def test_splits_and_dividends_are_read_from_json_and_csv() -> None:
    splits = {"symbol": "IBM", "data": [{"effective_date": "1999-05-27", "split_factor": "2.0000"}]}
    found = answer(splits, asked=Asked(Function.SPLITS, "IBM"))
    assert isinstance(found, Actions)
    assert (found.kind, [str(day) for day in found.ex_date], found.value) == (
        "split",
        ["1999-05-27"],
        (2.0,),
    )
    dividends = (
        b"ex_dividend_date,declaration_date,record_date,payment_date,amount\r\n"
        b"2026-05-08,2026-04-22,2026-05-08,2026-06-10,1.69\r\n"
        b"2026-02-10,None,None,None,1.68\r\n"
    )
    found = answer(dividends, asked=Asked(Function.DIVIDENDS, "IBM"))
    assert isinstance(found, Actions)
    assert (found.kind, found.value) == ("dividend", (1.68, 1.69))


def test_a_share_without_actions_is_an_answer_and_no_refusal() -> None:
    found = answer({"symbol": "FB", "data": []}, asked=Asked(Function.SPLITS, "FB"))
    assert isinstance(found, Actions)
    assert found.value == ()


def test_search_results_are_read_from_json_and_csv() -> None:
    asked = Asked(Function.SYMBOL_SEARCH, "tesco")
    match = {
        "1. symbol": "TSCO.LON",
        "2. name": "Tesco PLC",
        "3. type": "Equity",
        "4. region": "United Kingdom",
        "5. marketOpen": "08:00",
        "6. marketClose": "16:30",
        "7. timezone": "UTC+01",
        "8. currency": "GBX",
        "9. matchScore": "0.7273",
    }
    found = answer({"bestMatches": [match]}, asked=asked)
    text = (
        b"symbol,name,type,region,marketOpen,marketClose,timezone,currency,matchScore\r\n"
        b"TSCO.LON,Tesco PLC,Equity,United Kingdom,08:00,16:30,UTC+01,GBX,0.7273\r\n"
    )
    assert isinstance(found, Matches)
    assert found == answer(text, asked=asked)
    assert (found.found[0].symbol, found.found[0].currency) == ("TSCO.LON", "GBX")
    assert answer({"bestMatches": []}, asked=asked) == Matches(())


@given(st.binary(max_size=300))
def test_no_body_whatever_raises_or_shows_the_key(noise: bytes) -> None:
    for body in (noise, b'{"Information": "' + KEY.lower().encode() + b'"}', noise + KEY.encode()):
        for asked in (DAILY, Asked(Function.SPLITS, "IBM"), Asked(Function.SYMBOL_SEARCH, "a")):
            found = classify(asked, Reply(200, "", body), key=KEY)
            assert KEY.casefold() not in repr(found).casefold()


@given(st.integers(0, 2000))
def test_a_body_cut_anywhere_never_gives_bars_of_fewer_sessions(length: int) -> None:
    body = json.dumps(daily(TWO_DAYS), indent=4).encode()
    found = classify(DAILY, Reply(200, "", body[:length]), key=KEY)
    if isinstance(found, Bars):
        assert len(found) == 2
        assert np.array_equal(found.close, [169.5, 170.55])
