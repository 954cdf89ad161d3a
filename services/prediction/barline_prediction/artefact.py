"""Opens a trained model safely: nothing is unpickled before every check has passed, and only pinned bytes are."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import joblib
import sklearn

from barline_prediction.errors import ModelRefused
from barline_prediction.features import FEATURES
from barline_prediction.manifest import Manifest, parse_manifest
from barline_prediction.model import ForecastModel
from barline_prediction.pins import MODEL_NAME, PINNED_SHA256

MODELS = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model fit to be served, and its card."""

    model: ForecastModel
    manifest: Manifest


def model_file(folder: Path, version: str) -> Path:
    """The pickle of a version; its manifest has the same name and ends in .json."""
    return folder / f"{MODEL_NAME}-{version}.pkl"


def load_model(
    version: str, folder: Path = MODELS, pinned: Mapping[str, str] = PINNED_SHA256
) -> LoadedModel:
    """The model of a pinned version. Raises ModelRefused, without unpickling, when anything is not as expected."""
    if version not in pinned:
        raise ModelRefused(
            f"version {version!r} is not one of those this code knows ({', '.join(pinned)}); set MODEL_VERSION to one."
        )
    path = model_file(folder, version)
    manifest = _read_manifest(path.with_suffix(".json"))
    content = _read(path)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != manifest.sha256:
        raise ModelRefused(f"the SHA-256 of {path.name} is not the one in its manifest.")
    if sha256 != pinned[version]:
        raise ModelRefused(f"the SHA-256 of {path.name} is not the one pinned in the code.")
    if (manifest.name, manifest.version) != (MODEL_NAME, version):
        raise ModelRefused(f"the manifest of {path.name} describes another model.")
    if manifest.scikit_learn_version != sklearn.__version__:
        raise ModelRefused(
            f"{path.name} was made with scikit-learn {manifest.scikit_learn_version}, and "
            f"{sklearn.__version__} is installed; install the former or train a new version."
        )
    if manifest.features != FEATURES[: len(manifest.features)]:
        raise _other_features(path)
    model = _unpickled(content)
    if len(model.feature_low) != len(manifest.features):
        raise _other_features(path)
    return LoadedModel(model, manifest)


def _other_features(path: Path) -> ModelRefused:
    return ModelRefused(
        f"{path.name} expects other features than this code computes; train a new version."
    )


def _unpickled(content: bytes) -> ForecastModel:
    """From the very bytes that were checked: the file might have changed since."""
    parts = joblib.load(io.BytesIO(content))
    return ForecastModel(**parts)


def _read_manifest(path: Path) -> Manifest:
    try:
        return parse_manifest(_read(path).decode())
    except ValueError as error:
        raise ModelRefused(f"{path.name} is not a manifest ({error}).") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused(f"{path.name} cannot be read ({error.strerror}).") from error
