"""Starts the reports service: `python -m barline_reports`."""

from barline_core.service import serve
from barline_reports.app import create_app
from barline_reports.settings import ReportsSettings

if __name__ == "__main__":
    serve(create_app(ReportsSettings()))
