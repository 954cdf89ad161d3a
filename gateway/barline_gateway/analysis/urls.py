"""`/back_test`, `/ai_prediction`, `/reports`, `/jobs`, each with and without a trailing slash."""

from django.urls import re_path

from barline_gateway.analysis.views import (
    BackTestView,
    ComparisonView,
    JobView,
    OrderView,
    PredictionView,
    RelayView,
    ReportView,
    RunsView,
    RunView,
)

ID = r"[A-Za-z0-9_\-]{1,64}"

urlpatterns = [
    re_path(r"^back_test/?$", BackTestView.as_view()),
    re_path(r"^back_test/runs/?$", RunsView.as_view()),
    re_path(rf"^back_test/runs/(?P<run_id>{ID})/?$", RunView.as_view()),
    re_path(
        rf"^back_test/runs/(?P<run_id>{ID})/sensitivity/?$",
        RelayView.as_view(service="backtest", path="/back_test/runs/{run_id}/sensitivity"),
    ),
    *(
        re_path(
            rf"^back_test/runs/(?P<run_id>{ID})/{action}/?$",
            OrderView.as_view(service="backtest", path=f"/back_test/runs/{{run_id}}/{action}"),
        )
        for action in ("verify", "audit")
    ),
    *(
        re_path(
            rf"^back_test/{kind}/?$",
            OrderView.as_view(service="backtest", path=f"/back_test/{kind}"),
        )
        for kind in ("sweeps", "walk_forwards")
    ),
    *(
        re_path(
            rf"^back_test/{kind}/(?P<study_id>{ID})/?$",
            RelayView.as_view(service="backtest", path=f"/back_test/{kind}/{{study_id}}"),
        )
        for kind in ("sweeps", "walk_forwards")
    ),
    re_path(
        r"^back_test/forecasts/?$",
        OrderView.as_view(service="backtest", path="/back_test/forecasts"),
    ),
    re_path(r"^ai_prediction/?$", PredictionView.as_view()),
    re_path(
        r"^ai_prediction/scorecard/?$",
        RelayView.as_view(service="prediction", path="/ai_prediction/scorecard"),
    ),
    re_path(
        rf"^ai_prediction/batches/(?P<batch_id>{ID})/?$",
        RelayView.as_view(service="prediction", path="/ai_prediction/batches/{batch_id}"),
    ),
    re_path(
        r"^ai_prediction/model/?$",
        RelayView.as_view(service="prediction", path="/ai_prediction/model"),
    ),
    re_path(r"^reports/?$", RelayView.as_view(service="reports", path="/reports")),
    re_path(r"^reports/compare/?$", ComparisonView.as_view()),
    re_path(rf"^reports/(?P<report_id>{ID})/?$", ReportView.as_view()),
    re_path(rf"^jobs/(?P<job_id>{ID})/?$", JobView.as_view()),
]
