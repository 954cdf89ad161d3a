"""What a POST with an Idempotency-Key was answered, so that the same one again does nothing twice."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """Made when the request begins, completed when it ends; `status` is null in between."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "accounts"
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), name="accounts_keptanswer_once"),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.status or 'begun'})"
