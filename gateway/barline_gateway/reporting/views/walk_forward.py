"""Walk-forwards: windows chosen on the past, traded on what follows."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from barline_gateway.reporting.equity_chart import equity_figure
from barline_gateway.reporting.forms.fields import followed_tickers
from barline_gateway.reporting.forms.studies import WalkForwardForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.palette import DARK_PARTNERS
from barline_gateway.reporting.schemas import WALK_FORWARD
from barline_gateway.reporting.views.studies import Pages, form_page, form_values, show, study_of

PAGES = Pages("walk-forward", WalkForwardForm, "walk_forward", "/back_test/walk_forwards")


@require_http_methods(["GET", "POST"])
@page
def walk_forward(request: HttpRequest) -> HttpResponse:
    """The form; POST starts the walk-forward."""
    return form_page(request, PAGES)


@require_GET
@page
def walk_forward_result(request: HttpRequest, study_id: str) -> HttpResponse:
    """How far it is, then the result."""
    path = f"{PAGES.service_path}/{study_id}"
    found, context = study_of(request, WALK_FORWARD, path)
    values = {**form_values(found), **found.plan, **request.GET.dict()}
    form = WalkForwardForm(values, tickers=followed_tickers(), run=False)
    context |= {"form": form, "walk": found, "study_url": path}
    if found.equity_curve is not None:
        figure = equity_figure(found.equity_curve, found.windows)
        context |= {"figure": figure, "palette": DARK_PARTNERS}
    return show(request, PAGES.folder, context)
