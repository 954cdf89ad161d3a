"""What every template may say about this installation."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Installation:
    """`sandbox`: the bars are the built-in ones. `market_date`: the day the market clock stands at, when fixed."""

    sandbox: bool
    market_date: date | None


SECTIONS = {
    **dict.fromkeys(
        ("overview", "symbols", "search", "import", "symbol", "remove", "job", "refreshes"),
        "overview",
    ),
    **dict.fromkeys(
        (
            "backtest",
            "sweep",
            "sweep-result",
            "walk-forward",
            "walk-forward-result",
            "verify",
            "audit",
        ),
        "backtest",
    ),
    **dict.fromkeys(("forecast", "forecasts", "forecast-batch"), "forecast"),
    **dict.fromkeys(("reports", "report", "compare"), "reports"),
    "account": "account",
    "keys": "account",
    "password": "account",
}


def installation(request: HttpRequest) -> dict[str, object]:
    """The context processor that settings.py names."""
    environment = settings.ENVIRONMENT
    match = request.resolver_match
    return {
        "frame": "reporting/bare.html"
        if getattr(request, "htmx", False)
        else "reporting/frame.html",
        "here": SECTIONS.get(match.url_name or "", "") if match else "",
        "installation": Installation(environment.sandbox, environment.market_date),
        "request_id": request.META.get("barline.request_id", ""),
    }
