"""The scores against scikit-learn's, and on figures one can do in the head."""

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from barline_prediction.intervals import LEVELS
from barline_prediction.scoring import inside_80, inside_95, pinball_loss


def test_the_pinball_loss_is_scikit_learns() -> None:
    generator = np.random.default_rng(1)
    outcome = generator.normal(size=200)
    quantiles = np.sort(generator.normal(size=(200, 5)), axis=1)
    expected = np.mean(
        [
            mean_pinball_loss(outcome, quantiles[:, column], alpha=level)
            for column, level in enumerate(LEVELS)
        ]
    )
    assert pinball_loss(outcome, quantiles).mean() == pytest.approx(expected, rel=1e-12)


def test_bounds_belong_to_their_interval() -> None:
    quantiles = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]] * 4)
    outcome = np.array([1.0, 1.5, 2.0, 2.5])
    assert inside_80(outcome, quantiles).tolist() == [True, False, False, False]
    assert inside_95(outcome, quantiles).tolist() == [True, True, True, False]
