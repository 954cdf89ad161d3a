"""What a stored result or a list of them depends on, read without reading the result."""

from collections.abc import Mapping

from django.db.models import Count, Max

from barline_gateway.analysis.models import BacktestRun


def runs_facts(owner_id: int) -> Mapping[str, object]:
    """How one's list of runs stands: runs are added, and never changed."""
    found = BacktestRun.objects.filter(owner_id=owner_id).aggregate(
        count=Count("pk"), newest=Max("created_at")
    )
    return {"owner": owner_id, **found}


def run_facts(owner_id: int, run_id: str) -> Mapping[str, object] | None:
    """A run is what it was when it was made; nothing when the owner has no such run."""
    run = BacktestRun.objects.filter(owner_id=owner_id, pk=run_id)
    digest = run.values_list("digest", flat=True).first()
    return None if digest is None else {"run": run_id, "digest": digest}
