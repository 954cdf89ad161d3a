"""What pages need and answers for programs do not, left out where it would only cost time."""

from csp.middleware import CSPMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponseBase

from barline_gateway.errors import is_page

POLICY_HEADER = "Content-Security-Policy"
NO_PAGE_POLICY = (
    "default-src 'none'; frame-ancestors 'none'"  # a browser that is made to show one loads nothing
)


class PolicyMiddleware(CSPMiddleware):
    """The pages' own policy on pages; the library composes it anew for each answer."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if is_page(request):
            return super().process_response(request, response)
        response.headers.setdefault(POLICY_HEADER, NO_PAGE_POLICY)
        return response


class PageMessageMiddleware(MessageMiddleware):
    """Messages from one page to the next."""

    def process_request(self, request: HttpRequest) -> None:
        if is_page(request):
            super().process_request(request)
