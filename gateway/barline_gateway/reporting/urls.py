"""The pages, each with and without a trailing slash."""

from django.urls import re_path

from barline_gateway.reporting.views import (
    account,
    backtest,
    forecast,
    imports,
    jobs,
    overview,
    rechecks,
    reports,
    search,
    sign_in,
    sweep,
    symbol,
    walk_forward,
)

app_name = "reporting"

ID = r"[A-Za-z0-9_\-]{1,64}"
TICKER = r"(?P<ticker>[A-Za-z0-9][A-Za-z0-9.\-]{0,19})"

urlpatterns = [
    re_path(r"^$", overview.overview, name="overview"),
    re_path(r"^sign-in/?$", sign_in.sign_in, name="sign-in"),
    re_path(r"^sign-out/?$", sign_in.sign_out, name="sign-out"),
    re_path(r"^symbols/?$", overview.symbols, name="symbols"),
    re_path(r"^search/?$", search.search, name="search"),
    re_path(r"^import/?$", imports.import_bars, name="import"),
    re_path(r"^refreshes/?$", overview.refreshes, name="refreshes"),
    re_path(r"^budget/?$", overview.budget, name="budget"),
    re_path(rf"^symbols/{TICKER}/?$", symbol.symbol, name="symbol"),
    re_path(rf"^symbols/{TICKER}/sparkline/?$", symbol.sparkline, name="sparkline"),
    re_path(rf"^symbols/{TICKER}/remove/?$", symbol.remove, name="remove"),
    re_path(rf"^jobs/(?P<job_id>{ID})/?$", jobs.job, name="job"),
    re_path(rf"^jobs/(?P<job_id>{ID})/cancel/?$", jobs.cancel, name="cancel"),
    re_path(r"^backtest/?$", backtest.backtest, name="backtest"),
    re_path(r"^backtest/sweep/?$", sweep.sweep, name="sweep"),
    re_path(rf"^backtest/sweeps/(?P<study_id>{ID})/?$", sweep.sweep_result, name="sweep-result"),
    re_path(r"^backtest/walk-forward/?$", walk_forward.walk_forward, name="walk-forward"),
    re_path(
        rf"^backtest/walk-forwards/(?P<study_id>{ID})/?$",
        walk_forward.walk_forward_result,
        name="walk-forward-result",
    ),
    re_path(rf"^backtest/runs/(?P<run_id>{ID})/verify/?$", rechecks.verify, name="verify"),
    re_path(rf"^backtest/runs/(?P<run_id>{ID})/audit/?$", rechecks.audit, name="audit"),
    re_path(r"^forecast/?$", forecast.forecast, name="forecast"),
    re_path(r"^forecast/batches/?$", forecast.batches, name="forecasts"),
    re_path(rf"^forecast/batches/(?P<batch_id>{ID})/?$", forecast.batch, name="forecast-batch"),
    re_path(r"^reports/?$", reports.reports, name="reports"),
    re_path(r"^reports/compare/?$", reports.compare, name="compare"),
    re_path(rf"^reports/(?P<report_id>{ID})/delete/?$", reports.delete, name="delete-report"),
    re_path(rf"^reports/(?P<report_id>{ID})/?$", reports.report, name="report"),
    re_path(r"^account/?$", account.account, name="account"),
    re_path(r"^account/password/?$", sign_in.password, name="password"),
    re_path(r"^account/usage/?$", account.usage, name="usage"),
    re_path(r"^account/keys/?$", account.keys, name="keys"),
    re_path(r"^account/keys/(?P<key_id>\d{1,15})/revoke/?$", account.revoke, name="revoke-key"),
]
