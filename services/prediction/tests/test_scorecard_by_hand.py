"""The hindcast of IBM from 2012-12-31 against what happened, every figure derived again by plain arithmetic."""

import itertools
import math
import statistics
from datetime import date

import httpx
import pytest

from barline_prediction.intervals import Floats

pytestmark = pytest.mark.usefixtures("ibm_stored")

ORIGIN = date(2012, 12, 31)
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
BOUNDS = ("lower_95", "lower_80", "close", "upper_80", "upper_95")

Steps = list[dict[str, float]]


@pytest.fixture(scope="module")
def steps(client: httpx.Client, ibm_stored: None) -> Steps:
    """What was forecast."""
    query = {"symbol": "IBM", "as_of": ORIGIN.isoformat()}
    made: Steps = client.get("/ai_prediction", params=query).json()["predictions"]
    return made


@pytest.fixture(scope="module")
def happened(ibm: tuple[list[date], Floats]) -> list[float]:
    """The thirty closes that followed: IBM paid dividends then, but did not split."""
    dates, closes = ibm
    first = dates.index(ORIGIN) + 1
    return [float(close) for close in closes[first : first + 30]]


@pytest.fixture(scope="module")
def start(ibm: tuple[list[date], Floats]) -> float:
    dates, closes = ibm
    return float(closes[dates.index(ORIGIN)])


@pytest.fixture(scope="module")
def record(client: httpx.Client, steps: Steps) -> dict[str, object]:
    card = client.get("/ai_prediction/scorecard", params={"symbol": "IBM"}).json()
    (only,) = card["records"]
    return only


def pinball(start: float, actual: float, quantiles: list[float]) -> float:
    """The mean over the levels of `level` times the error above a quantile, `level - 1` times that below it."""
    losses = []
    for level, quantile in zip(LEVELS, quantiles, strict=True):
        error = math.log(actual / start) - math.log(quantile / start)
        losses.append(level * error if error >= 0 else (level - 1) * error)
    return statistics.fmean(losses)


def test_the_closes_are_those_in_the_newspaper(start: float, happened: list[float]) -> None:
    assert (start, happened[0], happened[29]) == (191.55, 196.35, 200.09)


def test_errors_and_mase(record: dict[str, object], start: float, happened: list[float]) -> None:
    """The median is the last close, as the naive forecast is: no better and no worse, at every step."""
    overall = record["overall"]
    errors = [abs(start - close) for close in happened]
    shares = [abs(start - close) / close for close in happened]
    assert overall["outcomes"] == 30
    assert overall["absolute_error"] == pytest.approx(statistics.fmean(errors), rel=1e-12)
    assert overall["percentage_error"] == pytest.approx(statistics.fmean(shares), rel=1e-12)
    assert overall["naive_absolute_error"] == pytest.approx(statistics.fmean(errors), rel=1e-12)
    assert overall["mase"] == pytest.approx(1.0, rel=1e-12)
    for step, score in enumerate(record["by_step"]):
        assert score["absolute_error"] == pytest.approx(errors[step], rel=1e-12)
        assert score["percentage_error"] == pytest.approx(shares[step], rel=1e-12)


@pytest.mark.parametrize("prefix", ["", "naive_"])
def test_pinball_losses(
    record: dict[str, object], steps: Steps, start: float, happened: list[float], prefix: str
) -> None:
    losses = [
        pinball(start, close, [step[prefix + bound] for bound in BOUNDS])
        for step, close in zip(steps, happened, strict=True)
    ]
    scores = [record["overall"], *record["by_step"]]
    found = [score if not prefix else score["baselines"]["naive"] for score in scores]
    assert found[0]["pinball_loss"] == pytest.approx(statistics.fmean(losses), rel=1e-9)
    assert [one["pinball_loss"] for one in found[1:]] == pytest.approx(losses, rel=1e-9)


def test_the_gain_is_one_minus_the_ratio_of_the_losses(record: dict[str, object]) -> None:
    for score in (record["overall"], *record["by_step"]):
        for baseline in score["baselines"].values():
            ratio = score["pinball_loss"] / baseline["pinball_loss"]
            assert baseline["gain"] == pytest.approx(1 - ratio, abs=1e-12)


@pytest.mark.parametrize("prefix", ["", "naive_"])
def test_coverage(
    record: dict[str, object], steps: Steps, happened: list[float], prefix: str
) -> None:
    overall = record["overall"] if not prefix else record["overall"]["baselines"]["naive"]
    for share in ("80", "95"):
        inside = [
            step[f"{prefix}lower_{share}"] <= close <= step[f"{prefix}upper_{share}"]
            for step, close in zip(steps, happened, strict=True)
        ]
        assert overall[f"coverage_{share}"] == pytest.approx(sum(inside) / 30, rel=1e-12)


def test_the_exponentially_weighted_baseline(
    record: dict[str, object], ibm: tuple[list[date], Floats], start: float, happened: list[float]
) -> None:
    dates, closes = ibm
    logs = [math.log(close) for close in closes[: dates.index(ORIGIN) + 1]]
    moves = [after - before for before, after in itertools.pairwise(logs)]
    variance = statistics.fmean(move * move for move in moves[:252])
    for move in moves:
        variance = 0.94 * variance + 0.06 * move * move
    normal = [statistics.NormalDist().inv_cdf(level) for level in LEVELS]
    losses = []
    for step, close in enumerate(happened, start=1):
        deviation = math.sqrt(variance * step)
        quantiles = [start * math.exp(deviation * bound) for bound in normal]
        losses.append(pinball(start, close, quantiles))
    found = record["overall"]["baselines"]["ewma"]
    assert found["pinball_loss"] == pytest.approx(statistics.fmean(losses), rel=1e-9)


def test_no_direction_is_claimed_so_none_is_right_or_wrong(record: dict[str, object]) -> None:
    nothing = {"claims": 0, "hits": 0, "hit_rate": None, "interval": None}
    assert record["overall"]["direction"] == nothing


def test_one_path_proves_nothing(record: dict[str, object], client: httpx.Client) -> None:
    assert (record["kind"], record["vintages"], record["gain_interval"]) == ("hindcast", 1, None)
    assert record["first_date"] == record["last_date"] == "2012-12-31"
    naive = record["overall"]["baselines"]["naive"]["gain"]
    assert record["beats_naive"] is (False if naive <= 0 else None)
    words = "has not beaten it" if naive <= 0 else "it has not shown to be better"
    assert words in record["verdict"]
    answer = client.get("/ai_prediction", params={"symbol": "IBM", "as_of": "2012-12-31"}).json()
    assert record["verdict"] in answer["verdict"]


def test_the_outcomes_of_a_step_can_be_listed(
    client: httpx.Client, steps: Steps, start: float, happened: list[float]
) -> None:
    query = {"symbol": "IBM", "step": "5"}
    listed = client.get("/ai_prediction/scorecard", params=query).json()["outcomes"]
    assert listed["step"] == 5
    assert listed["date"] == [steps[4]["date"]] == ["2013-01-08"]
    assert (listed["last_close"], listed["actual"]) == ([start], [happened[4]])
    for bound in BOUNDS:
        assert listed[bound] == [steps[4][bound]]
        assert listed[f"naive_{bound}"] == [steps[4][f"naive_{bound}"]]
