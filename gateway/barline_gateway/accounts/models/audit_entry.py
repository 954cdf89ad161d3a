"""One write somebody made or tried to make: who, what, when, from where, and what came of it."""

from django.db import models


class AuditEntry(models.Model):
    """Append-only: a trigger refuses updates, and deletes of what is younger than the shortest retention.

    Users and keys are named by value, not by reference: an entry outlives both.
    """

    id = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField(auto_now_add=True, db_index=True)
    user_id = models.BigIntegerField(null=True, db_index=True)  # null: nobody was signed in
    username = models.CharField(max_length=150)  # for a sign-in, the name that was tried
    key_prefix = models.CharField(max_length=20)  # empty: a session
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)  # the symbols or names the body speaks of
    address = models.CharField(max_length=45)
    request_id = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "accounts"
        ordering = ("-id",)
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.username or 'nobody'}: {self.method} {self.path} → {self.status}"
