"""The model against every baseline on symbols and years it had not seen; needs what `make train` needs.

Gains are shares of the baseline's mean pinball loss, with a 95 % block-bootstrap interval; coverage is averaged over
horizons, then the worst deviation at any one of them. The promise is a gain of 2 % on the best baseline.
"""

import json

from threadpoolctl import threadpool_limits

from barline_prediction.manifest import HeldOutScore
from barline_prediction.training.__main__ import TRAINED_THROUGH
from barline_prediction.training.dataset import load_panel
from barline_prediction.training.evaluation import evaluate
from barline_prediction.training.publishing import held_out_table

STEPS_SHOWN = (1, 5, 10, 20, 30)


def rounded(score: HeldOutScore) -> dict[str, float]:
    return {name: round(gain, 4) for name, gain in score.gain.items()}


def main() -> None:
    panel = load_panel()
    with threadpool_limits(limits=1):
        table = held_out_table(panel, evaluate(panel, TRAINED_THROUGH))
    by_step = [score for score in table.scores if score.step is not None]
    result = {
        "benchmark": "held_out",
        "origins": table.origins,
        "first_date": table.first_date.isoformat(),
        "last_date": table.last_date.isoformat(),
        "gain": rounded(table.overall),
        "gain_interval": table.gain_interval,
        "gain_by_step": {
            score.step: rounded(score) for score in by_step if score.step in STEPS_SHOWN
        },
        "coverage_80": round(table.overall.coverage_80, 4),
        "coverage_95": round(table.overall.coverage_95, 4),
        "worst_coverage_80_error": round(max(abs(one.coverage_80 - 0.8) for one in by_step), 4),
        "worst_coverage_95_error": round(max(abs(one.coverage_95 - 0.95) for one in by_step), 4),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
