"""`python -m barline_prediction.training`: fit, evaluate and publish a model; the same data give the same bytes."""

import argparse
import sys
from datetime import date
from pathlib import Path

from barline_prediction.artefact import MODELS
from barline_prediction.manifest import Manifest
from barline_prediction.pins import DEFAULT_VERSION, PINNED_SHA256
from barline_prediction.training.dataset import load_panel
from barline_prediction.training.publishing import publish
from barline_prediction.training.train import train

# The eleven years after it are held out, and forecasts of them on other symbols count as out of sample.
TRAINED_THROUGH = date(2011, 12, 30)


def main() -> None:
    arguments = parse_arguments()
    content, manifest = train(load_panel(), arguments.version, arguments.through)
    try:
        path = publish(arguments.output, content, manifest)
    except FileExistsError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{path}: {len(content):,} bytes, SHA-256 {manifest.sha256}\n")
    sys.stdout.write(summary(manifest))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m barline_prediction.training")
    parser.add_argument("--version", default=DEFAULT_VERSION, help="of the model to write")
    parser.add_argument(
        "--through",
        type=date.fromisoformat,
        default=TRAINED_THROUGH,
        help="last date trained on; the years after it are held out for the evaluation",
    )
    parser.add_argument("--output", type=Path, default=MODELS, help="folder to write to")
    return parser.parse_args()


def summary(manifest: Manifest) -> str:
    """The held-out table in short, and what is left to do for a new version."""
    held_out, overall = manifest.held_out, manifest.held_out.overall
    period = f"{held_out.first_date} to {held_out.last_date}"
    coverage = f"{overall.coverage_80:.1%} and {overall.coverage_95:.1%}"
    lines = [f"Held out: {held_out.origins:,} origins, {period}; intervals cover {coverage}"]
    for name, gain in overall.gain.items():
        low, high = held_out.gain_interval[name]
        lines.append(f"  {gain:+.2%} pinball loss saved against {name} ({low:+.2%} to {high:+.2%})")
    if PINNED_SHA256.get(manifest.version) != manifest.sha256:
        lines.append(
            "To serve it: add its SHA-256 to barline_prediction/pins.py, then set MODEL_VERSION."
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
