"""Whether the process lives, and whether it can serve."""

from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse

from barline_gateway.errors import problem_of, problem_response


def livez(request: HttpRequest) -> JsonResponse:
    """Touches nothing."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Needs the database; the services behind have their own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        return problem_response(request, problem_of(error))
    return JsonResponse({"status": "ok"})
