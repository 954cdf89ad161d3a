"""The model a process serves: read once when it starts, or refused for as long as it runs."""

from pathlib import Path
from typing import Annotated

import structlog
from fastapi import Depends, FastAPI, Request

from barline_prediction.artefact import LoadedModel, load_model
from barline_prediction.errors import ModelRefused

log = structlog.get_logger("barline.prediction")


def open_model(app: FastAPI, version: str, folder: Path) -> None:
    """Put the model, or why it was refused, where requests find it."""
    try:
        app.state.model = load_model(version, folder)
    except ModelRefused as refusal:
        log.error("model.refused", reason=refusal.reason)  # noqa: TRY400 - the reason is the whole story
        app.state.model = refusal


def served_model(app: FastAPI) -> LoadedModel:
    """The model. Raises ModelRefused while there is none."""
    model: LoadedModel | ModelRefused = app.state.model
    if isinstance(model, ModelRefused):
        raise ModelRefused(model.reason)
    return model


def check_model(app: FastAPI) -> None:
    """Ready only with a model."""
    served_model(app)


def get_model(request: Request) -> LoadedModel:
    return served_model(request.app)


ModelDep = Annotated[LoadedModel, Depends(get_model)]
