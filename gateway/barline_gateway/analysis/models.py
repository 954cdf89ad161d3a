"""A table of schema `market`, seen through Django: Alembic owns it, backtest writes it, a test keeps these in step."""

from django.db import models


class BacktestRun(models.Model):
    """Read-only, to tell whether a list of runs, or a run, is as its owner last saw it."""

    id = models.CharField(max_length=40, primary_key=True)
    owner_id = models.IntegerField(null=True)
    symbol = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    data_version = models.CharField(max_length=64)
    parameters = models.JSONField()
    metrics = models.JSONField()
    result = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "backtest_run"

    def __str__(self) -> str:
        return self.id
