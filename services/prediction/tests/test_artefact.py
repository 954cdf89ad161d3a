"""A model is opened only when everything about it is as expected."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from joblib.numpy_pickle import NumpyUnpickler

from barline_core.testing import InternalClient
from barline_prediction.app import create_app
from barline_prediction.artefact import MODELS, load_model, model_file
from barline_prediction.errors import ModelRefused
from barline_prediction.features import FEATURES
from barline_prediction.model import forecast
from barline_prediction.pins import DEFAULT_VERSION, PINNED_SHA256
from barline_prediction.settings import PredictionSettings

VERSION = DEFAULT_VERSION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model to tamper with."""
    shutil.copytree(MODELS, tmp_path / "models", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "models"


def edit_manifest(folder: Path, **members: object) -> None:
    path = model_file(folder, VERSION).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


def change_a_byte(folder: Path) -> str:
    path = model_file(folder, VERSION)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def swap_both_files(folder: Path) -> None:
    edit_manifest(folder, sha256=change_a_byte(folder))


def no_manifest(folder: Path) -> None:
    model_file(folder, VERSION).with_suffix(".json").unlink()


def half_a_manifest(folder: Path) -> None:
    path = model_file(folder, VERSION).with_suffix(".json")
    path.write_text(path.read_text()[:500])


def a_list_for_a_manifest(folder: Path) -> None:
    model_file(folder, VERSION).with_suffix(".json").write_text("[1, 2]")


def no_model(folder: Path) -> None:
    model_file(folder, VERSION).unlink()


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "changed byte": (change_a_byte, "not the one in its manifest"),
    "both files swapped": (swap_both_files, "not the one pinned in the code"),
    "other scikit-learn": (
        lambda folder: edit_manifest(folder, scikit_learn_version="1.0.2"),
        "made with scikit-learn 1.0.2",
    ),
    "other features": (
        lambda folder: edit_manifest(folder, features=[*FEATURES[:-1], "volume"]),
        "expects other features",
    ),
    "fewer features": (
        lambda folder: edit_manifest(folder, features=FEATURES[:-1]),
        "expects other features",
    ),
    "other order of features": (
        lambda folder: edit_manifest(folder, features=FEATURES[::-1]),
        "expects other features",
    ),
    "other version": (lambda folder: edit_manifest(folder, version="9"), "describes another model"),
    "missing manifest": (no_manifest, "cannot be read"),
    "half a manifest": (half_a_manifest, "is not a manifest"),
    "not a manifest": (a_list_for_a_manifest, "is not a manifest"),
    "missing model": (no_model, "cannot be read"),
}


@pytest.mark.parametrize("version", PINNED_SHA256)
def test_every_shipped_model_is_opened(version: str) -> None:
    loaded = load_model(version)
    assert loaded.manifest.version == version
    assert loaded.manifest.features == FEATURES[: len(loaded.manifest.features)]


def test_an_earlier_version_forecasts_what_it_always_did() -> None:
    """The half widths at step 30 of this walk when version 1 was the only one."""
    closes = 50.0 * np.exp(np.cumsum(np.random.default_rng(0).normal(0.0, 0.02, 5000)))
    last = forecast(load_model("1").model, closes, np.array([4999]))[0, -1]
    expected = [-0.25398701, -0.15872088, 0.0, 0.15872088, 0.25398701]
    np.testing.assert_allclose(last, expected, atol=1e-8)


@pytest.mark.parametrize(("tamper", "reason"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_model_that_is_not_as_expected_is_refused(
    folder: Path, tamper: Callable[[Path], object], reason: str
) -> None:
    load_model(VERSION, folder)
    tamper(folder)
    with pytest.raises(ModelRefused, match=reason):
        load_model(VERSION, folder)


@pytest.mark.parametrize("version", ["77", "../1", "", "latest"])
def test_a_version_that_is_not_pinned_is_refused(version: str) -> None:
    with pytest.raises(ModelRefused, match="not one of those this code knows"):
        load_model(version)


def test_a_refused_pickle_is_never_opened(folder: Path, tmp_path: Path) -> None:
    """Bytes that would leave a trace when unpickled leave none, with a manifest that vouches for them."""
    trace = tmp_path / "opened"
    content = f"cpathlib\nPath.touch\n(cpathlib\nPath\n(V{trace}\ntRtR.".encode()
    model_file(folder, VERSION).write_bytes(content)
    edit_manifest(folder, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ModelRefused):
        load_model(VERSION, folder)
    assert not trace.exists()


class Witness(NumpyUnpickler):
    """Opens a joblib file and notes every class or function it asks for."""

    def __init__(self, content: bytes) -> None:
        super().__init__("model", io.BytesIO(content), ensure_native_byte_order=False)
        self.asked_for: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        self.asked_for.add(f"{module}.{name}")
        return super().find_class(module, name)


def test_the_pickle_is_small_and_holds_only_scikit_learn_and_numpy() -> None:
    content = model_file(MODELS, VERSION).read_bytes()
    assert len(content) < 2_000_000
    witness = Witness(content)
    witness.load()
    assert "sklearn.pipeline.Pipeline" in witness.asked_for
    packages = {name.partition(".")[0] for name in witness.asked_for}
    # joblib's own class marks where the bytes of an array begin.
    assert packages == {"sklearn", "numpy", "joblib"}


def test_every_pinned_version_is_there() -> None:
    for version, sha256 in PINNED_SHA256.items():
        assert hashlib.sha256(model_file(MODELS, version).read_bytes()).hexdigest() == sha256


@pytest.fixture
def refusing_client(
    settings: PredictionSettings, folder: Path, internal_client: InternalClient
) -> httpx.Client:
    """The real service with a model file that has a changed byte."""
    change_a_byte(folder)
    return internal_client(create_app(settings, models=folder), service="prediction")


def test_a_service_without_its_model_is_not_ready_and_says_why(
    refusing_client: httpx.Client,
) -> None:
    assert refusing_client.get("/livez").status_code == 200
    for path in ("/readyz", "/ai_prediction?symbol=IBM", "/ai_prediction/model"):
        answer = refusing_client.get(path)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].endswith("/model-refused")
        assert "SHA-256" in answer.json()["detail"]
        assert answer.headers["retry-after"] == "60"


def test_an_unknown_version_in_the_settings_is_refused_too(
    settings: PredictionSettings, internal_client: InternalClient
) -> None:
    app = create_app(settings.model_copy(update={"model_version": "77"}))
    answer = internal_client(app, service="prediction").get("/readyz")
    assert answer.status_code == 503
    assert "MODEL_VERSION" in answer.json()["detail"]


def test_an_empty_version_in_the_environment_means_the_default(
    settings: PredictionSettings,
) -> None:
    chosen = PredictionSettings.model_validate(settings.model_dump() | {"model_version": ""})
    assert chosen.model_version == VERSION
