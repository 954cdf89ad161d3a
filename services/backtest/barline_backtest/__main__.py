"""`python -m barline_backtest`: the service."""

from barline_backtest.app import create_app
from barline_backtest.settings import BacktestSettings
from barline_core.service import serve

if __name__ == "__main__":
    serve(create_app(BacktestSettings()))
