"""Whether the process lives, and whether it can serve."""

from collections.abc import Callable
from functools import cache

from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from barline_core.problems import Problem, ServiceUnavailable
from barline_core.schema_revision import PRESENT, REVISION, check_revision
from barline_gateway.errors import problem_of, problem_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers probes before anybody looks at the host: they name a pod's address, which is on no list of hosts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match request.path_info.rstrip("/"):
            case "/livez":
                return livez(request)
            case "/readyz":
                return readyz(request)
        return self.get_response(request)


def livez(request: HttpRequest) -> JsonResponse:
    """Touches nothing."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Needs the database with this release's schema, or a newer one; the services behind have their own."""
    try:
        check_market()
        check_own_tables()
    except (OperationalError, Problem) as error:
        return problem_response(request, problem_of(error))
    return JsonResponse({"status": "ok"})


def check_market() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PRESENT)
        revision = None
        if cursor.fetchone() == (True,):
            cursor.execute(REVISION)
            revision = next(iter(cursor.fetchone() or ()), None)
    check_revision(revision)


def check_own_tables() -> None:
    missing = last_migrations() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        names = ", ".join(sorted(".".join(one) for one in missing))
        raise ServiceUnavailable(
            f"The database lacks {names} of Django's migrations; the release job has not run yet."
        )


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """Of each app of this release the last one, as app and name."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())
