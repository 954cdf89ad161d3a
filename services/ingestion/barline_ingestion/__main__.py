"""`python -m barline_ingestion`: the service."""

from barline_core.service import serve
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings

if __name__ == "__main__":
    serve(create_app(IngestionSettings()))
