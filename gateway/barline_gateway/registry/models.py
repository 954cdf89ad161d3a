"""Two tables of schema `market`, seen through Django: Alembic owns them, a test keeps these in step."""

from django.db import models
from django.db.models.functions import Now


class Symbol(models.Model):
    """A registered ticker; the gateway is its one writer."""

    id = models.AutoField(primary_key=True)
    ticker = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200, null=True)  # null: nobody told us
    exchange = models.CharField(max_length=100, null=True)
    currency = models.CharField(max_length=10, null=True)
    time_zone = models.CharField(max_length=50, null=True)
    active = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = "symbol"

    def __str__(self) -> str:
        return self.ticker


class SymbolStatus(models.Model):
    """How far a symbol is loaded; ingestion writes it, the gateway only reads."""

    symbol = models.OneToOneField(
        Symbol, primary_key=True, on_delete=models.DO_NOTHING, related_name="status"
    )
    state = models.CharField(max_length=10)
    first_date = models.DateField(null=True)
    last_date = models.DateField(null=True)
    sessions = models.IntegerField()
    missing_sessions = models.IntegerField()
    capability = models.CharField(max_length=40, null=True)
    actions_known = models.BooleanField()
    splits_through = models.DateField(null=True)
    dividends_through = models.DateField(null=True)
    findings = models.JSONField()
    data_version = models.CharField(max_length=64, null=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    problem = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "symbol_status"

    def __str__(self) -> str:
        return self.state
