"""`python -m barline_prediction`: the service."""

from barline_core.service import serve
from barline_prediction.app import create_app
from barline_prediction.settings import PredictionSettings

if __name__ == "__main__":
    serve(create_app(PredictionSettings()))
